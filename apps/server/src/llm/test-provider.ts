import { toAppError } from "@agentpod/core/errors";
import { providerResult, providerTest } from "@agentpod/core/llm/provider-test";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";
import type { KeyedProvider } from "./provider-cache.ts";

/** Asks a provider for its models with its key; nothing is changed there, and nothing is paid. Throws `invalid` where it may not be connected to. */
export async function testProvider(
  { provider: { baseUrl, dialect, models }, key }: KeyedProvider,
  outbound: Pick<OutboundGuard, "fetch">,
): Promise<{ ok: boolean; message: string }> {
  const { url, headers } = providerTest(baseUrl, dialect, key);
  try {
    const { status, body } = await outbound.fetch(url, { headers });
    return providerResult(status, body.toString(), models);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === "invalid") throw error;
    return { ok: false, message: "Nothing answers there." };
  }
}
