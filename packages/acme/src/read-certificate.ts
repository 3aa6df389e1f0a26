import { createPrivateKey, X509Certificate } from "node:crypto";
import type { CertificateFacts } from "@agentpod/core/certificate";
import { AppError } from "@agentpod/core/errors";

/** What a chain (PEM, leaf first) says of its leaf. Throws `invalid` for what is no certificate. */
export function readCertificate(chain: string): CertificateFacts {
  const leaf = parse(chain);
  return {
    notBefore: leaf.validFromDate.toISOString(),
    notAfter: leaf.validToDate.toISOString(),
    issuer: issuerOf(leaf),
    serial: leaf.serialNumber.toLowerCase(),
    fingerprint: leaf.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

/** Names that the leaf of a chain is for, lower case: host names, wildcards, IP addresses. */
export function namesOf(chain: string): string[] {
  const text = parse(chain).subjectAltName ?? "";
  return [...text.matchAll(/(?:DNS|IP Address):([^,\s"]+)/g)].map((match) => (match[1] ?? "").toLowerCase());
}

/** The certificates of a PEM text, in its order. */
export const splitChain = (chain: string): string[] => chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

/** Whether a private key (PEM) belongs to the leaf of a chain. */
export function isKeyOf(key: string, chain: string): boolean {
  return parse(chain).checkPrivateKey(createPrivateKey(key));
}

/** Where the authority of a chain (PEM, leaf first) answers for its leaf; null: it offers no OCSP. */
export function ocspUrl(chain: string): string | null {
  const url = /^OCSP - URI:(\S+)$/m.exec(parse(chain).infoAccess ?? "")?.[1];
  return url !== undefined && URL.parse(url)?.protocol === "http:" ? url : null;
}

function parse(chain: string): X509Certificate {
  try {
    return new X509Certificate(splitChain(chain)[0] ?? "");
  } catch (cause) {
    throw new AppError("invalid", "This is no certificate in PEM.", { cause });
  }
}

/** Common name, else organisation, else the whole. */
function issuerOf({ issuer }: X509Certificate): string {
  const fields = new Map(issuer.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  return fields.get("CN") ?? fields.get("O") ?? issuer.replaceAll("\n", ", ");
}
