import type { Certificate, CertificateSource } from "./certificate.ts";
import type { CertificateSnapshot } from "./certificate-want.ts";
import { isCoveredByDomain } from "./domain.ts";

const rank: Record<CertificateSource, number> = { uploaded: 0, acme: 1, local: 2 };

/**
 * Which names each issued certificate (by id) is served for: every name by one alone, uploaded before ACME before local,
 * the one that lasts longest first, expired ones last. A tenant's certificate counts for what is the tenant's now: a domain
 * that went to another takes no old certificate along.
 */
export function servedNames(snapshot: Pick<CertificateSnapshot, "hosts" | "domains" | "certificates">, now: Date): Map<string, string[]> {
  const routed = new Map(snapshot.hosts.map(({ host, tenantId }) => [host, tenantId]));
  const domains = Map.groupBy(snapshot.domains, ({ tenantId }) => tenantId);
  const isTheirs = (name: string, tenantId: string | null): boolean => {
    if (tenantId === null || routed.get(name) === tenantId) return true;
    return !routed.has(name) && (domains.get(tenantId) ?? []).some((domain) => isCoveredByDomain(name, domain));
  };
  const taken = new Set<string>();
  const served = new Map<string, string[]>();
  for (const certificate of snapshot.certificates.filter(({ issued }) => issued).sort(byRank(now))) {
    const isUploaded = certificate.source === "uploaded";
    const names = certificate.names.filter((name) => {
      if (taken.has(name) || !isTheirs(name, certificate.tenantId)) return false;
      // An exact name would count before an uploaded wildcard.
      return isUploaded || !taken.has(`uploaded *.${name.slice(name.indexOf(".") + 1)}`) || name.startsWith("*.");
    });
    for (const name of names) {
      taken.add(name);
      if (isUploaded && Date.parse(certificate.issued?.notAfter ?? "") > now.getTime()) taken.add(`uploaded ${name}`);
    }
    if (names.length > 0) served.set(certificate.id, names);
  }
  return served;
}

function byRank(now: Date): (a: Certificate, b: Certificate) => number {
  const end = ({ issued }: Certificate): number => Date.parse(issued?.notAfter ?? "");
  const order = (one: Certificate): number => (end(one) <= now.getTime() ? 10 : 0) + rank[one.source];
  return (a, b) => order(a) - order(b) || end(b) - end(a) || (a.id < b.id ? -1 : 1);
}
