import type { CertificateView } from "@agentpod/core/api/certificate-view";
import type { Certificate } from "@agentpod/core/certificate";
import { isCoveredByWildcard } from "@agentpod/core/host-name";

const expiringMs = 7 * 24 * 3600 * 1000;

/** A certificate as the API tells of it; a key is never part of it. */
export function showCertificate(certificate: Certificate, now: Date): CertificateView {
  const { id, tenant, names, source, issued, challenge, renewAt, failures, nextAttemptAt, message, fault, ocsp } = certificate;
  return {
    id,
    tenant,
    names,
    source,
    state: stateOf(certificate, now),
    notBefore: issued?.notBefore ?? null,
    notAfter: issued?.notAfter ?? null,
    issuer: issued?.issuer ?? null,
    serial: issued?.serial ?? null,
    fingerprint: issued?.fingerprint ?? null,
    chain: issued?.chain ?? null,
    challenge,
    renewAt,
    failures,
    nextAttemptAt,
    message,
    fault,
    ocspUntil: ocsp?.nextUpdate ?? null,
    createdAt: certificate.createdAt,
    updatedAt: certificate.updatedAt,
  };
}

/** The one that says most about a host: one in force before one that is not, then the one that lasts longest; null where none has its name. */
export function certificateOf(host: string, certificates: readonly Certificate[], now: Date): CertificateView | null {
  const fitting = certificates.filter(({ names }) => names.some((name) => isCoveredByWildcard(host, name)));
  const views = fitting.map((certificate) => showCertificate(certificate, now));
  const rank = ({ state }: CertificateView) => (state === "issued" || state === "expiring" ? 0 : 1);
  return views.sort((a, b) => rank(a) - rank(b) || (b.notAfter ?? "").localeCompare(a.notAfter ?? ""))[0] ?? null;
}

function stateOf({ issued, failures }: Certificate, now: Date): CertificateView["state"] {
  if (issued === null) return failures > 0 ? "failing" : "pending";
  const left = Date.parse(issued.notAfter) - now.getTime();
  if (left <= 0) return "expired";
  return left < expiringMs ? "expiring" : "issued";
}
