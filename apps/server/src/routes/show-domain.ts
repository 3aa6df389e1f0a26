import { domainToUnicode } from "node:url";
import type { DomainSummary } from "@agentpod/core/api/domain-view";
import { type Domain, ownershipPath, ownershipRecord, ownershipValue } from "@agentpod/core/domain";

/** A domain with what its owner is to publish. */
export function showDomain({ id, tenant, name, state, method, token, message, checkedAt, verifiedAt, createdAt }: Domain): DomainSummary {
  return {
    id,
    tenant,
    name,
    unicode: domainToUnicode(name),
    state,
    method,
    message,
    publish: {
      txt: { name: ownershipRecord(name), value: ownershipValue(token) },
      http: { url: `http://${name}${ownershipPath(token)}` },
    },
    checkedAt,
    verifiedAt,
    createdAt,
  };
}
