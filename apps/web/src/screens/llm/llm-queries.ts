import type { LlmUsageBy } from "@agentpod/core/api/llm-view";
import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

export interface UsageFilter {
  tenant?: string;
  pod?: string;
  from?: string;
  to?: string;
}

/** `tenant` null: the installation's own. */
export const llmQueries = {
  providers: (tenant: string | null) =>
    queryOptions({ queryKey: ["llm", "providers", tenant], queryFn: () => api.llmProviders.list(tenant) }),
  keys: (tenant: string) => queryOptions({ queryKey: ["llm", "keys", tenant], queryFn: () => api.llmKeys.list(tenant) }),
  /** What is used changes without an event: it is asked for again each minute. */
  budgets: (tenant: string) =>
    queryOptions({ queryKey: ["llm", "budgets", tenant], queryFn: () => api.llmBudgets.list(tenant), refetchInterval: 60_000 }),
  usage: (filter: UsageFilter, by?: LlmUsageBy) =>
    queryOptions({
      queryKey: ["llm", "usage", filter, by ?? null],
      queryFn: () => api.usage.list({ ...filter, ...(by && { by }) }),
      refetchInterval: 60_000,
    }),
};
