import type { OperationSummary, OperationView } from "@agentpod/core/api/operation-view";
import type { OperationState } from "@agentpod/core/operation";
import type { Transport } from "./transport.ts";

export interface OperationsQuery {
  tenant?: string;
  pod?: string;
  state?: OperationState;
  kind?: string;
  limit?: number;
}

const path = (id: string): string => `/operations/${encodeURIComponent(id)}`;

/** What takes a while. */
export function operationCalls(transport: Transport) {
  return {
    list: (query: OperationsQuery = {}) => transport.json<OperationSummary[]>("GET", "/operations", { query: { ...query } }),
    get: (id: string) => transport.json<OperationView>("GET", path(id)),
    cancel: (id: string) => transport.json<OperationView>("POST", `${path(id)}/cancel`, { json: {} }),
  };
}
