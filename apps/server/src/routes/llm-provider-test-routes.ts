import { llmTestView } from "@agentpod/core/api/llm-view";
import type { LlmProvider } from "@agentpod/core/llm/llm-provider";
import { name } from "@agentpod/core/name";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { environmentProviderName } from "../llm/environment-provider.ts";
import type { KeyedProvider } from "../llm/provider-cache.ts";
import { testProvider } from "../llm/test-provider.ts";
import { tenantParams } from "./path-params.ts";
import { type Call, route } from "./route.ts";

const tag = "LLM";
const provider = z.object({ provider: name });
const answer = { status: 200, schema: llmTestView, description: "What it said" } as const;

const withKey = async ({ deps }: Pick<Call, "deps">, found: LlmProvider): Promise<KeyedProvider> => {
  // Keys are the system's alone to read; whose provider it is was seen by the caller's own rights.
  const all = await deps.database.asSystem((store) => store.llmProviders.reveal());
  return all.find((one) => one.provider.id === found.id) ?? { provider: found, key: "" };
};

async function test({ deps, change }: Pick<Call, "deps" | "change">, keyed: KeyedProvider) {
  const result = await testProvider(keyed, deps.outbound);
  const { tenantId, tenant, name: called } = keyed.provider;
  return change(async (_store, note) => {
    note({
      tenantId,
      tenant,
      message: `LLM provider ${called} was tested`,
      data: { provider: called, ok: result.ok },
      ...(!result.ok && { outcome: { type: "llm.provider_tested", result: "failed" as const } }),
    });
    return result;
  });
}

export const llmProviderTestRoutes = [
  route({
    id: "testLlmProvider",
    method: "post",
    path: "/tenants/{tenant}/llm-providers/{provider}/test",
    tag,
    summary: "Ask a tenant's LLM provider whether it takes its key and has its models",
    access: needs("llm.write"),
    audit: "llm.provider_tested",
    params: tenantParams.extend(provider.shape),
    answer,
    async handle(call) {
      const { tenant, provider: called } = call.params;
      return test(call, await withKey(call, await call.read((store) => store.llmProviders.get(tenant, called))));
    },
  }),
  route({
    id: "testInstallationLlmProvider",
    method: "post",
    path: "/llm-providers/{provider}/test",
    tag,
    summary: "Ask the installation's LLM provider whether it takes its key and has its models",
    access: needs("platform.settings"),
    audit: "llm.provider_tested",
    params: provider,
    answer,
    async handle(call) {
      requirePlatform(call.principal, "testing the installation's LLM providers");
      const { environment } = call.deps.llm;
      const { provider: called } = call.params;
      if (environment !== null && called === environmentProviderName) return test(call, environment);
      return test(call, await withKey(call, await call.read((store) => store.llmProviders.get(null, called))));
    },
  }),
];
