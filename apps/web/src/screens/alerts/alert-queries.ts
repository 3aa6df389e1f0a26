import type { AlertDeliveryView } from "@agentpod/core/api/alert-view";
import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

/** Whose: a tenant's name; null for the installation's own. */
export type Owner = string | null;

const of = (tenant: string) => (tenant === "" ? {} : { tenant });

/** Lists take a tenant's name, or "" for all that may be seen. */
export const alertQueries = {
  open: (tenant: string) =>
    queryOptions({ queryKey: ["alerts", tenant, "open"], queryFn: () => api.alerts.list({ ...of(tenant), open: true, limit: 500 }) }),
  all: (tenant: string) =>
    queryOptions({ queryKey: ["alerts", tenant, "all"], queryFn: () => api.alerts.list({ ...of(tenant), limit: 200 }) }),
  rules: (owner: Owner) => queryOptions({ queryKey: ["alert-rules", owner], queryFn: () => api.alerts.rules(owner) }),
  channels: (owner: Owner) => queryOptions({ queryKey: ["alert-channels", owner], queryFn: () => api.alerts.channels(owner) }),
  deliveries: (tenant: string) =>
    queryOptions({
      queryKey: ["alert-deliveries", tenant],
      queryFn: () => api.alerts.deliveries({ ...of(tenant), limit: 200 }),
      // No event tells of attempts; when the next one is due, the answer does.
      refetchInterval: ({ state }) => untilNextAttempt(state.data ?? [], Date.now()),
      refetchOnWindowFocus: "always",
    }),
};

const soonMs = 2000;
const atMostMs = 60_000;

/** Until something may have changed of what is queued, in milliseconds; false while nothing is. */
export function untilNextAttempt(deliveries: readonly Pick<AlertDeliveryView, "state" | "nextAt">[], now: number): number | false {
  const next = deliveries.filter(({ state }) => state === "queued").map(({ nextAt }) => Date.parse(nextAt));
  return next.length === 0 ? false : Math.min(atMostMs, Math.max(soonMs, Math.min(...next) - now + soonMs));
}
