/** How somebody shows that a domain is theirs. `trusted`: the installation's admin says so. */
export const domainMethods = ["dns", "http", "trusted"] as const;
export type DomainMethod = (typeof domainMethods)[number];

/** A domain of a tenant. Hosts at or below a verified one may be routed to its pods. */
export interface Domain {
  id: string;
  tenantId: string;
  /** Tenant name. */
  tenant: string;
  /** Lower-case ASCII, without wildcard: `example.com` covers `*.example.com` too when shown by DNS. */
  name: string;
  /** Several tenants may have a domain as `pending`; one has it `verified`. */
  state: "pending" | "verified";
  /** How it was verified; null while pending. */
  method: DomainMethod | null;
  /** To be published; no secret. */
  token: string;
  /** One sentence: what was found when last looked. Empty before the first look. */
  message: string;
  checkedAt: string | null;
  verifiedAt: string | null;
  createdAt: string;
}

/** Where the TXT record is expected. */
export const ownershipRecord = (domain: string): string => `_agentpod.${domain}`;

/** What the TXT record is to say. */
export const ownershipValue = (token: string): string => `agentpod-domain=${token}`;

/** Where the token is expected over HTTP, when the domain already points at this installation. */
export const ownershipPath = (token: string): string => `/.well-known/agentpod-domain/${token}`;

/** Whether a verified domain covers a host: itself, and, unless it was shown by HTTP (which proves one host), everything below. */
export function isCoveredByDomain(host: string, domain: Pick<Domain, "name" | "state" | "method">): boolean {
  if (domain.state !== "verified") return false;
  const bare = host.startsWith("*.") ? host.slice(2) : host;
  if (host === domain.name) return true;
  return domain.method !== "http" && (bare === domain.name || bare.endsWith(`.${domain.name}`));
}
