import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

/** Calls of models make no events: usage is asked for again while it is looked at. */
const usageMs = 60_000;
const dayMs = 86_400_000;

/** A day of the usage, which counts in UTC. */
export const utcDay = (daysAgo = 0): string => new Date(Date.now() - daysAgo * dayMs).toISOString().slice(0, 10);

export const agentQueries = {
  /** The newest version of each. Below `templates`: what is said of a template is said of a package. */
  packages: () => queryOptions({ queryKey: ["templates", "packages"], queryFn: api.agents.packages.list }),
  usageToday: () => {
    const filter = { from: utcDay(), to: utcDay() };
    return queryOptions({
      queryKey: ["llm", "usage", filter, "pod"],
      queryFn: () => api.usage.list({ ...filter, by: "pod" }),
      refetchInterval: usageMs,
    });
  },
  /** Of one agent, days of UTC, both included. */
  usage: (filter: { tenant: string; pod: string; from: string; to: string }, by: "day" | "model") =>
    queryOptions({
      queryKey: ["llm", "usage", filter, by],
      queryFn: () => api.usage.list({ ...filter, by }),
      refetchInterval: usageMs,
    }),
  keys: (tenant: string) =>
    queryOptions({ queryKey: ["llm", "keys", tenant], queryFn: () => api.llmKeys.list(tenant), refetchInterval: usageMs }),
};
