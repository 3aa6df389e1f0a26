import type { Domain } from "@agentpod/core/domain";
import type { Note } from "./route.ts";

/** A note about one domain; `outcome` where it is not what was asked for. */
export function noteDomain(domain: Domain, message: string, outcome?: Note["outcome"]): Note {
  return {
    tenantId: domain.tenantId,
    tenant: domain.tenant,
    message,
    data: { domain: domain.name, ...(domain.method === null ? {} : { method: domain.method }) },
    ...(outcome === undefined ? {} : { outcome }),
  };
}
