import { AppError } from "../errors.ts";
import { inputTokens, usualOutputTokens } from "./estimate-tokens.ts";
import type { LlmDialect } from "./llm-provider.ts";
import { asRecord } from "./llm-tokens.ts";

/** What may be asked of the proxy; the rest of a provider's API is not served. */
export interface LlmEndpoint {
  dialect: LlmDialect;
  /** Below the provider's base URL. */
  path: string;
  /** False: it costs nothing, and is counted nowhere. */
  isCounted: boolean;
  /** Whether a stream tells its usage only when asked by `stream_options`. */
  hasStreamOptions: boolean;
  /** Whether there is an answer that grows with the tokens it takes. */
  hasOutput: boolean;
}

const openai = (path: string, more: Partial<LlmEndpoint> = {}): LlmEndpoint => ({
  dialect: "openai",
  path,
  isCounted: true,
  hasStreamOptions: false,
  hasOutput: true,
  ...more,
});

/** By the path below `/llm`. */
export const llmEndpoints: Readonly<Record<string, LlmEndpoint>> = {
  "/v1/chat/completions": openai("/chat/completions", { hasStreamOptions: true }),
  "/v1/completions": openai("/completions", { hasStreamOptions: true }),
  "/v1/embeddings": openai("/embeddings", { hasOutput: false }),
  "/v1/responses": openai("/responses"),
  "/anthropic/v1/messages": { ...openai("/v1/messages"), dialect: "anthropic" },
  "/anthropic/v1/messages/count_tokens": {
    ...openai("/v1/messages/count_tokens", { isCounted: false, hasOutput: false }),
    dialect: "anthropic",
  },
};

/** A call as far as the proxy has to understand it. */
export interface LlmRequest {
  body: Record<string, unknown>;
  model: string;
  isStream: boolean;
  /** Whether the caller wants the usage of its stream told. */
  wantsUsage: boolean;
  /** Estimated: what it puts in, and what it may get at most or, where it does not say, usually. */
  estimate: { input: number; output: number };
}

/** Throws `invalid` with the field's path. */
export function readLlmRequest(endpoint: LlmEndpoint, text: string): LlmRequest {
  const body = parseBody(text);
  const { model, stream } = body;
  if (typeof model !== "string" || model === "" || model.length > 200) throw wrong("model", "the name of a model");
  if (stream !== undefined && stream !== null && typeof stream !== "boolean") throw wrong("stream", "true or false");
  const asked = [body.max_completion_tokens, body.max_tokens, body.max_output_tokens].find((value) => typeof value === "number");
  const answers = typeof body.n === "number" && body.n > 1 ? Math.min(body.n, 128) : 1;
  const output = typeof asked === "number" && asked > 0 ? Math.ceil(asked) : usualOutputTokens;
  return {
    body,
    model,
    isStream: stream === true,
    wantsUsage: asRecord(body.stream_options)?.include_usage === true,
    estimate: { input: inputTokens(body), output: endpoint.hasOutput ? output * answers : 0 },
  };
}

/**
 * The body as a provider gets it: its own name for the model, and its usage asked for. Null: as the caller wrote it, byte for
 * byte.
 */
export function addressLlmRequest(endpoint: LlmEndpoint, request: LlmRequest, upstream: string): string | null {
  const asksUsage = endpoint.hasStreamOptions && request.isStream && !request.wantsUsage;
  if (!asksUsage && upstream === request.model) return null;
  const options = asksUsage ? { stream_options: { ...asRecord(request.body.stream_options), include_usage: true } } : {};
  return JSON.stringify({ ...request.body, model: upstream, ...options });
}

/** A number that a float cannot hold (a 64-bit seed) keeps its digits. */
const longNumber = /[:[,]\s*-?\d{16,}/;

function parseBody(text: string): Record<string, unknown> {
  try {
    const value: unknown = longNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
    const body = asRecord(value);
    if (body !== null) return body;
  } catch (cause) {
    throw new AppError("invalid", "The request's body is no JSON.", { cause });
  }
  throw new AppError("invalid", "The request's body must be a JSON object.");
}

/** JSON.rawJSON is in Node 24, not yet in TypeScript's library. */
const { rawJSON } = JSON as unknown as { rawJSON(source: string): unknown };
function keepDigits(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
    ? rawJSON(context?.source ?? "0")
    : value;
}

const wrong = (path: string, expected: string): AppError =>
  new AppError("invalid", `${path} must be ${expected}.`, { issues: [{ path, expected }] });
