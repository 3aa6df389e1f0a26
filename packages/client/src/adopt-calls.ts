import type { AdoptRequest, ForeignContainerView } from "@agentpod/core/api/adopt-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { Transport } from "./transport.ts";

const path = (tenant: string, pod: string): string => `/tenants/${encodeURIComponent(tenant)}/pods/${encodeURIComponent(pod)}`;

/** Containers that AgentPod did not make. */
export function adoptCalls(transport: Transport) {
  return {
    discover: () => transport.json<ForeignContainerView[]>("GET", "/containers"),
    /** The pod that the container becomes. */
    adopt: (tenant: string, pod: string, request: AdoptRequest) =>
      transport.json<PodView>("POST", `${path(tenant, pod)}/adopt`, { json: request }),
    release: (tenant: string, pod: string) => transport.json<PodView>("POST", `${path(tenant, pod)}/release`, { json: {} }),
  };
}
