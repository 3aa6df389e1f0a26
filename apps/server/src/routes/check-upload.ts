import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { CertificateFacts } from "@agentpod/core/certificate";
import { invalidInput } from "@agentpod/core/draft-issues";
import { asciiHost } from "@agentpod/core/host-name";

export interface CheckedUpload {
  /** Host names, `*.example.com` too; sorted. */
  names: string[];
  /** Nothing but the certificates, PEM, leaf first. */
  chain: string;
  /** PKCS #8, PEM. */
  key: string;
  facts: CertificateFacts;
}

const longestChain = 10;

/**
 * A certificate that a browser would take with this key: the key is the leaf's, each certificate is signed by the next, none is
 * out of its time. Throws `invalid` with the path and what was expected; no part of the key is in any message.
 */
export function checkUpload(upload: { chain: string; key: string }, now: Date): CheckedUpload {
  const key = keyOf(upload.key);
  const chain = certificatesIn(upload.chain);
  const [leaf] = chain;
  if (!leaf) throw wrong("chain", "certificates in PEM, the leaf first");
  if (!leaf.checkPrivateKey(key)) throw wrong("key", "the private key of the first certificate of the chain; this is another's");
  for (const [i, certificate] of chain.entries()) checkLink(certificate, chain[i + 1], i, now);
  const pem = chain.map((certificate) => certificate.toString()).join("");
  const plain = key.export({ type: "pkcs8", format: "pem" }).toString();
  checkServed(pem, plain);
  return { names: namesOf(leaf), chain: pem, key: plain, facts: factsOf(leaf) };
}

const wrong = (path: string, expected: string) => invalidInput([{ path, expected }]);

function keyOf(pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem)) throw wrong("key", "a private key without a passphrase");
  try {
    return createPrivateKey(pem);
  } catch {
    // Without the cause, which might repeat what was sent.
    throw wrong("key", "one private key in PEM");
  }
}

function certificatesIn(pem: string): X509Certificate[] {
  if (/PRIVATE KEY/.test(pem)) throw wrong("chain", "certificates alone; the private key goes into key");
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > longestChain) throw wrong("chain", `at most ${longestChain} certificates`);
  return blocks.map((block, i) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw wrong("chain", `a readable certificate as number ${i + 1}`);
    }
  });
}

function checkLink(certificate: X509Certificate, issuer: X509Certificate | undefined, i: number, now: Date): void {
  const which = i === 0 ? "the certificate" : `certificate ${i + 1} of the chain`;
  if (certificate.validToDate <= now)
    throw wrong("chain", `a certificate that is in force; ${which} expired on ${day(certificate.validToDate)}`);
  if (certificate.validFromDate > now)
    throw wrong("chain", `a certificate that is in force; ${which} is valid from ${day(certificate.validFromDate)} on`);
  if (issuer && !(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)))
    throw wrong("chain", `each certificate followed by its issuer; number ${i + 2} has not signed number ${i + 1}`);
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** What the gateway's TLS refuses (too short a key, a forbidden signature) must not come so far. */
function checkServed(cert: string, key: string): void {
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const { code } = error as { code?: string };
    throw wrong(
      "chain",
      `a certificate that TLS takes${code === undefined ? "" : ` (${code})`}; a key of at least 2048 bits (RSA) or 256 (EC)`,
    );
  }
}

function namesOf(leaf: X509Certificate): string[] {
  const entries = (leaf.subjectAltName ?? "").split(", ").filter((entry) => entry !== "");
  const names = entries.map((entry) => (entry.startsWith("DNS:") ? asciiHost(entry.slice(4), true) : null));
  const other = entries.find((_entry, i) => names[i] === null);
  if (other !== undefined) throw wrong("chain", `a certificate for host names alone; this one is for ${other} too`);
  if (names.length === 0) throw wrong("chain", "a certificate with host names (subject alternative names)");
  return [...new Set(names.filter((name) => name !== null))].sort();
}

const factsOf = (leaf: X509Certificate): CertificateFacts => ({
  notBefore: leaf.validFromDate.toISOString(),
  notAfter: leaf.validToDate.toISOString(),
  issuer: issuerOf(leaf),
  serial: leaf.serialNumber.toLowerCase(),
  fingerprint: leaf.fingerprint256.replaceAll(":", "").toLowerCase(),
});

/** Common name, else organisation, else the whole. */
function issuerOf({ issuer }: X509Certificate): string {
  const fields = new Map(issuer.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  return fields.get("CN") ?? fields.get("O") ?? issuer.replaceAll("\n", ", ");
}
