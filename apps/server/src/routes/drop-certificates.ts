import { type Domain, isCoveredByDomain } from "@agentpod/core/domain";
import type { Store } from "@agentpod/core/store";

/**
 * Removes the certificates of a tenant that have a name of a domain it no longer has: else they would be served in place of
 * those of whoever gets the domain next. Gives their ids.
 */
export async function dropCertificates(store: Store, gone: Domain): Promise<string[]> {
  const left = await store.domains.list({ tenant: gone.tenant });
  const lost = (name: string) => isCoveredByDomain(name, gone) && !left.some((domain) => isCoveredByDomain(name, domain));
  const dropped = (await store.certificates.list({ tenant: gone.tenant })).filter(({ names }) => names.some(lost));
  for (const { id } of dropped) await store.certificates.delete(id);
  return dropped.map(({ id }) => id);
}
