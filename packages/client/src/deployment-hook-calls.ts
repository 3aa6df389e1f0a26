import type { CreatedHook, CreateHookRequest, HookDeliveryView, HookView } from "@agentpod/core/api/deployment-hook-view";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;
const hooksPath = (tenant: string, name: string): string => `/tenants/${enc(tenant)}/deployments/${enc(name)}/hooks`;

/** Pushes to repositories that deploy applications. */
export function deploymentHookCalls(transport: Transport) {
  return {
    /** Its secret is shown this once. */
    create: (tenant: string, name: string, json: CreateHookRequest) =>
      transport.json<CreatedHook>("POST", hooksPath(tenant, name), { json }),
    list: (tenant: string, name: string) => transport.json<HookView[]>("GET", hooksPath(tenant, name)),
    delete: (tenant: string, name: string, id: string) => transport.json<undefined>("DELETE", `${hooksPath(tenant, name)}/${enc(id)}`),
    /** The newest first. */
    deliveries: (tenant: string, name: string, id: string, query: { limit?: number } = {}) =>
      transport.json<HookDeliveryView[]>("GET", `${hooksPath(tenant, name)}/${enc(id)}/deliveries`, { query: { ...query } }),
  };
}
