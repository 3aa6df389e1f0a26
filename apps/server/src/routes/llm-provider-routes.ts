import { addLlmProviderRequest, changeLlmProviderRequest, llmProviderView } from "@agentpod/core/api/llm-view";
import { invalidInput } from "@agentpod/core/draft-issues";
import { AppError } from "@agentpod/core/errors";
import type { LlmProvider } from "@agentpod/core/llm/llm-provider";
import { name } from "@agentpod/core/name";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { environmentProviderName } from "../llm/environment-provider.ts";
import { tenantParams } from "./path-params.ts";
import { type Call, type Note, route } from "./route.ts";

const tag = "LLM";
const provider = z.object({ provider: name });
const list = { status: 200, schema: z.array(llmProviderView), description: "In the order in which they are asked, without keys" } as const;
const added = { status: 201, schema: llmProviderView, description: "The provider, without its key" } as const;
const changed = { status: 200, schema: llmProviderView, description: "The provider, without its key" } as const;
const gone = { status: 204, description: "It is gone" } as const;

const show = ({ tenantId: _, ...rest }: LlmProvider) => rest;

const noteProvider = ({ tenantId, tenant, name, dialect, baseUrl, models }: LlmProvider, message: string): Note => ({
  tenantId,
  tenant,
  message,
  data: { provider: name, dialect, baseUrl, models: models.map((model) => model.name) },
});

/** `owner`: gives the tenant, or null for the installation; throws where the caller may not. */
async function add(
  { deps, read, change }: Pick<Call, "deps" | "read" | "change">,
  body: z.output<typeof addLlmProviderRequest>,
  owner: (store: Store) => Promise<Tenant | null>,
) {
  const tenant = await read(owner);
  if (tenant === null && body.name === environmentProviderName)
    throw new AppError("conflict", `${environmentProviderName} is the provider that LLM_API_KEY stands for: choose another name.`);
  await deps.llm.checkUrl(body.baseUrl);
  return change(async (store, note) => {
    const stored = await store.llmProviders.insert({ ...body, tenantId: tenant?.id ?? null });
    note(noteProvider(stored, `LLM provider ${stored.name} added`));
    return show(stored);
  });
}

async function update(
  { deps, change }: Pick<Call, "deps" | "change">,
  tenant: string | null,
  name: string,
  { baseUrl, key, models, priority }: z.output<typeof changeLlmProviderRequest>,
) {
  if (baseUrl !== undefined) await deps.llm.checkUrl(baseUrl);
  return change(async (store, note) => {
    const found = await store.llmProviders.get(tenant, name);
    // A key goes to whom it was given for: nobody gets to see one by sending it elsewhere.
    if (baseUrl !== undefined && key === undefined && new URL(baseUrl).origin !== new URL(found.baseUrl).origin)
      throw invalidInput([{ path: "key", expected: "the key for the new address, too" }]);
    const stored = await store.llmProviders.update(found.id, {
      ...(baseUrl !== undefined && { baseUrl }),
      ...(key !== undefined && { key }),
      ...(models !== undefined && { models }),
      ...(priority !== undefined && { priority }),
    });
    const message = key === undefined ? `LLM provider ${stored.name} changed` : `LLM provider ${stored.name} changed, its key too`;
    note(noteProvider(stored, message));
    return show(stored);
  });
}

const remove = ({ change }: Pick<Call, "change">, tenant: string | null, name: string) =>
  change(async (store, note) => {
    const found = await store.llmProviders.get(tenant, name);
    await store.llmProviders.delete(found.id);
    note(noteProvider(found, `LLM provider ${found.name} removed`));
  });

export const llmProviderRoutes = [
  route({
    id: "listLlmProviders",
    method: "get",
    path: "/tenants/{tenant}/llm-providers",
    tag,
    summary: "List a tenant's LLM providers; those of the installation are asked after them",
    access: needs("llm.read"),
    params: tenantParams,
    answer: list,
    handle: ({ params, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        return (await store.llmProviders.list({ tenant: params.tenant })).map(show);
      }),
  }),
  route({
    id: "addLlmProvider",
    method: "post",
    path: "/tenants/{tenant}/llm-providers",
    tag,
    summary: "Add an LLM provider for a tenant's pods; its key never reaches them, and is never shown again",
    access: needs("llm.write"),
    audit: "llm.provider_added",
    params: tenantParams,
    body: addLlmProviderRequest,
    answer: added,
    handle: (call) => add(call, call.body, (store) => store.tenants.get(call.params.tenant)),
  }),
  route({
    id: "changeLlmProvider",
    method: "patch",
    path: "/tenants/{tenant}/llm-providers/{provider}",
    tag,
    summary: "Change address, key, models or turn of a tenant's LLM provider",
    access: needs("llm.write"),
    audit: "llm.provider_changed",
    params: tenantParams.extend(provider.shape),
    body: changeLlmProviderRequest,
    answer: changed,
    handle: (call) => update(call, call.params.tenant, call.params.provider, call.body),
  }),
  route({
    id: "deleteLlmProvider",
    method: "delete",
    path: "/tenants/{tenant}/llm-providers/{provider}",
    tag,
    summary: "Remove a tenant's LLM provider",
    access: needs("llm.write"),
    audit: "llm.provider_removed",
    params: tenantParams.extend(provider.shape),
    answer: gone,
    handle: (call) => remove(call, call.params.tenant, call.params.provider),
  }),
  route({
    id: "listInstallationLlmProviders",
    method: "get",
    path: "/llm-providers",
    tag,
    summary: "List the installation's LLM providers, which serve every tenant",
    access: needs("platform.read"),
    answer: list,
    async handle({ principal, read, deps }) {
      requirePlatform(principal, "listing the installation's LLM providers");
      const stored = await read((store) => store.llmProviders.list({ tenant: null }));
      return [...(deps.llm.environment === null ? [] : [deps.llm.environment.provider]), ...stored].map(show);
    },
  }),
  route({
    id: "addInstallationLlmProvider",
    method: "post",
    path: "/llm-providers",
    tag,
    summary: "Add an LLM provider for every tenant",
    access: needs("platform.settings"),
    audit: "llm.provider_added",
    body: addLlmProviderRequest,
    answer: added,
    async handle(call) {
      requirePlatform(call.principal, "an LLM provider for the installation");
      return add(call, call.body, async () => null);
    },
  }),
  route({
    id: "changeInstallationLlmProvider",
    method: "patch",
    path: "/llm-providers/{provider}",
    tag,
    summary: "Change address, key, models or turn of the installation's LLM provider",
    access: needs("platform.settings"),
    audit: "llm.provider_changed",
    params: provider,
    body: changeLlmProviderRequest,
    answer: changed,
    async handle(call) {
      requirePlatform(call.principal, "changing the installation's LLM providers");
      return update(call, null, call.params.provider, call.body);
    },
  }),
  route({
    id: "deleteInstallationLlmProvider",
    method: "delete",
    path: "/llm-providers/{provider}",
    tag,
    summary: "Remove an LLM provider of the installation",
    access: needs("platform.settings"),
    audit: "llm.provider_removed",
    params: provider,
    answer: gone,
    async handle(call) {
      requirePlatform(call.principal, "removing the installation's LLM providers");
      return remove(call, null, call.params.provider);
    },
  }),
];
