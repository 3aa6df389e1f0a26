import type {
  AddLlmProviderRequest,
  ChangeLlmProviderRequest,
  LlmBudgetRequest,
  LlmBudgetView,
  LlmKeyView,
  LlmProviderView,
  LlmTestView,
  LlmUsageBy,
  LlmUsageView,
  NewLlmKeyView,
  UsageCheckView,
} from "@agentpod/core/api/llm-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { Transport } from "./transport.ts";

export interface UsageQuery {
  tenant?: string;
  pod?: string;
  /** Days such as 2026-01-31, both included. */
  from?: string;
  to?: string;
  by?: LlmUsageBy;
}

const part = encodeURIComponent;

/** The LLM proxy: its providers, keys, budgets and usage. `tenant` null: the installation's own. */
export function llmCalls(transport: Transport) {
  const providers = (tenant: string | null) => (tenant === null ? "/llm-providers" : `/tenants/${part(tenant)}/llm-providers`);
  const budget = (tenant: string, pod: string | null) =>
    pod === null ? `/tenants/${part(tenant)}/llm-budget` : `/tenants/${part(tenant)}/pods/${part(pod)}/llm-budget`;
  return {
    llmProviders: {
      list: (tenant: string | null) => transport.json<LlmProviderView[]>("GET", providers(tenant)),
      add: (tenant: string | null, provider: AddLlmProviderRequest) =>
        transport.json<LlmProviderView>("POST", providers(tenant), { json: provider }),
      change: (tenant: string | null, name: string, change: ChangeLlmProviderRequest) =>
        transport.json<LlmProviderView>("PATCH", `${providers(tenant)}/${part(name)}`, { json: change }),
      remove: (tenant: string | null, name: string) => transport.json<void>("DELETE", `${providers(tenant)}/${part(name)}`),
      test: (tenant: string | null, name: string) =>
        transport.json<LlmTestView>("POST", `${providers(tenant)}/${part(name)}/test`, { json: {} }),
    },
    llmKeys: {
      list: (tenant: string) => transport.json<LlmKeyView[]>("GET", `/tenants/${part(tenant)}/llm-keys`),
      add: (tenant: string, name: string) => transport.json<NewLlmKeyView>("POST", `/tenants/${part(tenant)}/llm-keys`, { json: { name } }),
      revoke: (tenant: string, id: string) => transport.json<void>("DELETE", `/tenants/${part(tenant)}/llm-keys/${part(id)}`),
      rotate: (tenant: string, pod: string) =>
        transport.json<PodView>("POST", `/tenants/${part(tenant)}/pods/${part(pod)}/llm-key`, { json: {} }),
    },
    llmBudgets: {
      list: (tenant: string) => transport.json<LlmBudgetView[]>("GET", `/tenants/${part(tenant)}/llm-budgets`),
      set: (tenant: string, pod: string | null, limits: LlmBudgetRequest) =>
        transport.json<LlmBudgetView>("PUT", budget(tenant, pod), { json: limits }),
      remove: (tenant: string, pod: string | null) => transport.json<void>("DELETE", budget(tenant, pod)),
    },
    usage: {
      /** What the proxy counted of an agent, beside the agent's own count. */
      check: (tenant: string, pod: string, query: { from?: string; to?: string }) =>
        transport.json<UsageCheckView>("GET", `/tenants/${part(tenant)}/pods/${part(pod)}/usage/check`, { query: { ...query } }),
      list: (query: UsageQuery) => transport.json<LlmUsageView[]>("GET", "/usage", { query: { ...query } }),
      /** In pieces as they come. */
      export: (query: UsageQuery & { format: "csv" | "jsonl" }, signal?: AbortSignal) =>
        transport.stream("GET", "/usage/export", { query: { ...query }, ...(signal === undefined ? {} : { signal }) }),
    },
  };
}
