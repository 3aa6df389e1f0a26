import type { CreateHandOverRequest, HandOverView, PodTokenView } from "@agentpod/core/api/agent-gateway-view";
import type { CustomerAccessView } from "@agentpod/core/api/customer-access-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { OneTimeLink } from "@agentpod/core/api/user-view";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;
const podPath = (tenant: string, pod: string) => `/tenants/${enc(tenant)}/pods/${enc(pod)}`;

/** Who gets an agent, and the tokens of agents' gateways. */
export function handOverCalls(transport: Transport) {
  return {
    handOver: {
      /** Ends an earlier link of the same pod. */
      create: (tenant: string, pod: string, json: CreateHandOverRequest = {}) =>
        transport.json<OneTimeLink>("POST", `${podPath(tenant, pod)}/hand-over`, { json }),
      /** Null: there was none. */
      get: (tenant: string, pod: string) => transport.json<HandOverView | null>("GET", `${podPath(tenant, pod)}/hand-over`),
      delete: (tenant: string, pod: string) => transport.json<undefined>("DELETE", `${podPath(tenant, pod)}/hand-over`),
    },
    /** Browsers that were handed an agent. */
    customerAccesses: {
      list: (tenant: string, pod: string) => transport.json<CustomerAccessView[]>("GET", `${podPath(tenant, pod)}/customer-accesses`),
      delete: (tenant: string, pod: string, id: string) =>
        transport.json<undefined>("DELETE", `${podPath(tenant, pod)}/customer-accesses/${enc(id)}`),
    },
    podTokens: {
      list: (tenant?: string) => transport.json<PodTokenView[]>("GET", "/pod-tokens", { query: { tenant } }),
      reveal: (tenant: string, pod: string) =>
        transport.json<{ name: string; value: string }>("POST", `${podPath(tenant, pod)}/token/reveal`, { json: {} }),
      rotate: (tenant: string, pod: string) => transport.json<PodView>("POST", `${podPath(tenant, pod)}/token/rotate`, { json: {} }),
    },
  };
}
