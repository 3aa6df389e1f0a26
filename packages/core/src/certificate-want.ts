import type { Certificate, CertificateSource, DnsProvider } from "./certificate.ts";
import { type Domain, isCoveredByDomain } from "./domain.ts";
import { isCoveredByWildcard, isLocalHost } from "./host-name.ts";

/** What certificates are decided from. */
export interface CertificateSnapshot {
  /** Every routed host; `tenantId` of its pod. */
  hosts: readonly { host: string; tenantId: string }[];
  domains: readonly Domain[];
  certificates: readonly Certificate[];
  providers: readonly Pick<DnsProvider, "id" | "tenantId" | "zones">[];
  /** Domains below which pods get their names. */
  baseDomains: readonly string[];
  /** The installation's own public hosts. */
  ownHosts: readonly string[];
  /** Its names and addresses in the local network, those that the local authority may sign; empty: none. */
  localNames: readonly string[];
  /** Null: no authority is set. */
  authority: { limits: AuthorityLimits | null } | null;
}

/** What an authority admits. */
export interface AuthorityLimits {
  /** New certificates per registered domain and week; renewals do not count. */
  perDomainAndWeek: number;
  /** New orders in three hours. */
  ordersInThreeHours: number;
}

export interface WantedCertificate {
  /** Null: the installation's own. */
  tenantId: string | null;
  /** Sorted. */
  names: string[];
  source: CertificateSource;
}

export const certificateKey = ({ tenantId, names, source }: WantedCertificate): string => `${source} ${tenantId ?? ""} ${names.join(" ")}`;

/**
 * The certificates that every routed host and the installation itself are to have, each once: the local authority's for
 * local names, one by one (signing costs a millisecond, and one for many would show a tenant's names to another's
 * visitors); else one of the ACME authority, a single wildcard for a base domain that a DNS provider covers. A host with an
 * uploaded one wants none, nor does one that nobody proved to own.
 */
export function wantedCertificates(snapshot: CertificateSnapshot, now: Date): WantedCertificate[] {
  const wanted = new Map<string, WantedCertificate>();
  const add = (tenantId: string | null, names: readonly string[], source: CertificateSource): void => {
    const one = { tenantId, names: [...new Set(names)].sort(), source };
    wanted.set(certificateKey(one), one);
  };
  const uploaded = uploadedNames(snapshot.certificates, now);
  const domains = byTenant(snapshot.domains);
  const routed = new Set(snapshot.hosts.map(({ host, tenantId }) => `${tenantId} ${host}`));
  if (snapshot.localNames.length > 0) add(null, snapshot.localNames, "local");
  const consider = (host: string, tenantId: string | null): void => {
    const above = wildcardAbove(host);
    if (hasUploaded(uploaded, host, tenantId)) return;
    const base = snapshot.baseDomains.find((domain) => above === `*.${domain}` || host === domain);
    if (isLocalHost(host)) {
      // No program accepts a wildcard right below a top-level name such as localhost.
      if (base?.includes(".") && host !== base) add(null, [`*.${base}`], "local");
      else if (!snapshot.localNames.includes(host)) add(tenantId, [host], "local");
      return;
    }
    if (!snapshot.authority) return;
    if (base !== undefined && host !== base && providerFor(snapshot.providers, base, null)) {
      add(null, [`*.${base}`], "acme");
      return;
    }
    const isBelowBase = snapshot.baseDomains.some((domain) => host === domain || host.endsWith(`.${domain}`));
    const isOwned = tenantId === null || isBelowBase || domains.get(tenantId)?.some((domain) => isCoveredByDomain(host, domain));
    if (!isOwned) return;
    if (above !== null && routed.has(`${tenantId} ${above}`) && providerFor(snapshot.providers, above, tenantId)) return;
    add(tenantId, [host], "acme");
  };
  for (const { host, tenantId } of snapshot.hosts) consider(host, tenantId);
  for (const host of snapshot.ownHosts) consider(host, null);
  return [...wanted.values()];
}

/** The provider that may write the zone of a host: the tenant's own before the installation's, the nearest zone first; null for none. */
export function providerFor(
  providers: CertificateSnapshot["providers"],
  host: string,
  tenantId: string | null,
): { id: string; zone: string } | null {
  const bare = host.replace(/^\*\./, "");
  const found = providers
    .filter((provider) => provider.tenantId === null || provider.tenantId === tenantId)
    .flatMap(({ id, tenantId: owner, zones }) =>
      zones.filter((zone) => bare === zone || bare.endsWith(`.${zone}`)).map((zone) => ({ id, zone, isOwn: owner !== null })),
    )
    .sort((a, b) => Number(b.isOwn) - Number(a.isOwn) || b.zone.length - a.zone.length)[0];
  return found ? { id: found.id, zone: found.zone } : null;
}

/** Names of uploaded certificates in force, with the tenants (null: the installation) that uploaded them. */
type UploadedNames = Map<string, Set<string | null>>;

function uploadedNames(certificates: readonly Certificate[], now: Date): UploadedNames {
  const names: UploadedNames = new Map();
  for (const { source, issued, tenantId, names: own } of certificates) {
    if (source !== "uploaded" || !issued || Date.parse(issued.notAfter) <= now.getTime()) continue;
    for (const name of own) names.set(name, (names.get(name) ?? new Set()).add(tenantId));
  }
  return names;
}

function hasUploaded(uploaded: UploadedNames, host: string, tenantId: string | null): boolean {
  return [host, wildcardAbove(host)].some((name) => {
    const owners = name === null ? undefined : uploaded.get(name);
    return owners !== undefined && (owners.has(tenantId) || owners.has(null));
  });
}

/** `*.example.com` for `www.example.com`; null for a wildcard and for a single label. */
function wildcardAbove(host: string): string | null {
  const above = `*.${host.slice(host.indexOf(".") + 1)}`;
  return host.includes(".") && !host.startsWith("*.") && isCoveredByWildcard(host, above) ? above : null;
}

function byTenant(domains: readonly Domain[]): Map<string, Domain[]> {
  const grouped = new Map<string, Domain[]>();
  for (const domain of domains) {
    const list = grouped.get(domain.tenantId);
    if (list) list.push(domain);
    else grouped.set(domain.tenantId, [domain]);
  }
  return grouped;
}
