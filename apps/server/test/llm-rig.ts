import type { AddLlmProviderRequest, LlmUsageView } from "@agentpod/core/api/llm-view";
import { llmStandIn, type StandIn } from "@agentpod/host/testing/llm-stand-in";
import { type ApiRig, apiRig } from "./api-rig.ts";

export const providerKey = "sk-provider-secret-0123456789";
const price = { input: 2, output: 10, cacheRead: 0.5, cacheWrite: 3 };

export interface LlmRig {
  api: ApiRig;
  /** The first provider of the installation, and the second. */
  one: StandIn;
  two: StandIn;
  /** A tenant with a key by hand. */
  tenant(name: string): Promise<string>;
  /** One call as it goes over the wire. */
  call(
    path: string,
    key: string | null,
    body: object,
    more?: { signal?: AbortSignal; headers?: Record<string, string> },
  ): Promise<Response>;
  usage(tenant: string): Promise<LlmUsageView[]>;
  close(): Promise<void>;
}

export const provider = (name: string, url: string, more: Partial<AddLlmProviderRequest> = {}): AddLlmProviderRequest => ({
  name,
  dialect: "openai",
  baseUrl: `${url}/v1`,
  key: providerKey,
  models: [{ name: "small", upstream: "small-2026", price }],
  ...more,
});

/** The API with the LLM proxy and two providers of each dialect, which have the model `small`. */
export async function llmRig(serverUrl: string, given: Parameters<typeof apiRig>[1] = {}): Promise<LlmRig> {
  const api = await apiRig(serverUrl, given);
  const [one, two] = [await llmStandIn(), await llmStandIn()];
  const { llmProviders } = api.admin;
  await llmProviders.add(null, provider("one", one.url, { priority: 1 }));
  await llmProviders.add(null, provider("two", two.url, { priority: 2, models: [{ name: "small", price }] }));
  await llmProviders.add(null, provider("claude", one.url, { dialect: "anthropic", baseUrl: one.url }));
  return {
    api,
    one,
    two,
    async tenant(name) {
      await api.admin.tenants.create({ name });
      return (await api.admin.llmKeys.add(name, "hand")).key;
    },
    call: (path, key, body, { signal, headers = {} } = {}) =>
      fetch(`${api.url}/llm${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...(key !== null && { authorization: `Bearer ${key}` }), ...headers },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      }),
    usage: (tenant) => api.admin.usage.list({ tenant }),
    async close() {
      await api.close();
      await Promise.all([one.close(), two.close()]);
    },
  };
}

export const chat = (more: object = {}) => ({ model: "small", messages: [{ role: "user", content: "say pong" }], ...more });
