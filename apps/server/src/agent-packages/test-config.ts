import { AppError, toAppError } from "@agentpod/core/errors";
import {
  modelResult,
  modelTest,
  noTest,
  type TestRequest,
  type TestResult,
  telegramResult,
  telegramTest,
} from "@agentpod/core/products/agents/config-test";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";

/** What a test needs of a pod's settings. */
export interface TestedConfig {
  what: string;
  inputs: Record<string, unknown>;
  telegramRoot: string;
  secrets: Record<string, string>;
}

/** Asks the provider or messenger whether it takes a pod's settings; changes nothing there. Throws `invalid` where there is nothing to test. */
export async function testConfig(
  { what, inputs, telegramRoot, secrets }: TestedConfig,
  outbound: Pick<OutboundGuard, "fetch">,
): Promise<TestResult> {
  const text = (name: string): string => String(inputs[name] ?? "");
  if (what === "telegram") {
    const token = secrets.telegramBotToken ?? "";
    if (token === "") throw new AppError("invalid", "This pod has no Telegram token yet.");
    return ask(outbound, telegramTest(token, telegramRoot), telegramResult);
  }
  if (what !== "llm") noTest(what);
  if (text("llmBaseUrl") === "")
    throw new AppError("invalid", "This agent goes through AgentPod's LLM proxy; its provider is tested there.");
  const request = modelTest(text("llmBaseUrl"), text("llmApi"), secrets.llmKey ?? "");
  return ask(outbound, request, (status, body) => modelResult(status, body, text("llmModel")));
}

async function ask(
  outbound: Pick<OutboundGuard, "fetch">,
  { url, headers }: TestRequest,
  read: (status: number, body: string) => TestResult,
): Promise<TestResult> {
  try {
    const { status, body } = await outbound.fetch(url, { headers });
    return read(status, body.toString());
  } catch (thrown) {
    const error = toAppError(thrown);
    // Its address holds the token, and no error of ours names it; others' are not passed on.
    if (error.code === "invalid") throw error;
    return { ok: false, message: "Nothing answers there." };
  }
}
