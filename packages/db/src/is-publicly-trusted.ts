import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";

let roots: Map<string, X509Certificate[]> | undefined;

/** Whether a chain (PEM, leaf first) leads to an authority that browsers know, as Mozilla's list has them; signatures between its own certificates are not looked at. False for what is no certificate. */
export function isPubliclyTrusted(chain: string): boolean {
  const last = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)?.at(-1);
  if (last === undefined) return false;
  try {
    const certificate = new X509Certificate(last);
    const candidates = rootsByName().get(certificate.issuer) ?? [];
    return candidates.some((root) => root.fingerprint256 === certificate.fingerprint256 || certificate.verify(root.publicKey));
  } catch {
    return false;
  }
}

function rootsByName(): Map<string, X509Certificate[]> {
  roots ??= Map.groupBy(
    rootCertificates.map((pem) => new X509Certificate(pem)),
    (root) => root.subject,
  );
  return roots;
}
