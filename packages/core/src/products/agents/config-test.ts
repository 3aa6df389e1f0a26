import { AppError } from "../../errors.ts";

/** What to ask of somebody else's server to see whether settings are good. Never shown: it holds a secret. */
export interface TestRequest {
  url: string;
  headers: Record<string, string>;
}

export interface TestResult {
  ok: boolean;
  /** A sentence, without a secret. */
  message: string;
}

const telegramRoot = "https://api.telegram.org";

/** How to see whether a bot's token is good. `apiRoot`: of a Bot API server of one's own; empty: Telegram's. */
export function telegramTest(token: string, apiRoot: string): TestRequest {
  return { url: `${(apiRoot || telegramRoot).replace(/\/+$/, "")}/bot${token}/getMe`, headers: {} };
}

export function telegramResult(status: number, body: string): TestResult {
  const answer = parsed(body) as { ok?: boolean; result?: { username?: string }; description?: string } | null;
  if (status === 200 && answer?.ok === true) return { ok: true, message: `Telegram knows the bot as @${answer.result?.username ?? ""}.` };
  if (status === 401 || status === 404) return { ok: false, message: "Telegram refuses the token: make a new one with @BotFather." };
  return { ok: false, message: `Telegram answered with status ${status}.` };
}

/** How to see whether an LLM provider takes a key: both families list their models. */
export function modelTest(baseUrl: string, api: string, key: string): TestRequest {
  const base = baseUrl.replace(/\/+$/, "");
  if (api === "anthropic-messages")
    return { url: `${base.replace(/\/v1$/, "")}/v1/models`, headers: { "x-api-key": key, "anthropic-version": "2023-06-01" } };
  return { url: `${base}/models`, headers: { authorization: `Bearer ${key}` } };
}

export function modelResult(status: number, body: string, model: string): TestResult {
  if (status === 401 || status === 403) return { ok: false, message: "The provider refuses the key." };
  if (status !== 200) return { ok: false, message: `The provider answered with status ${status}.` };
  const models = (parsed(body) as { data?: { id?: string }[] } | null)?.data;
  if (!Array.isArray(models)) return { ok: false, message: "What answers there is no such API." };
  if (model !== "" && !models.some((one) => one?.id === model)) return { ok: false, message: `The provider has no model ${model}.` };
  return { ok: true, message: "The provider takes the key and has the model." };
}

/** Throws `invalid` for something that there is no test for. */
export function noTest(what: string): never {
  throw new AppError("invalid", `There is no test for ${what}.`, { issues: [{ path: "what", expected: "one of llm, telegram" }] });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
