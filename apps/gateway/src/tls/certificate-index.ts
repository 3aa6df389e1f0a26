import { isIP } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import type { CheckedCertificate } from "./check-certificate.ts";
import { tlsOptions } from "./tls-options.ts";

/** A certificate in force. */
export interface CertificateEntry extends CheckedCertificate {
  /** Made at the first handshake that needs it: a context takes 40 kB. */
  context: SecureContext | null;
}

/** Finds the certificate for a name: exact, then wildcard. Look-ups cost the same for one certificate and for ten thousand. */
export class CertificateIndex {
  readonly #exact = new Map<string, CertificateEntry>();
  readonly #below = new Map<string, CertificateEntry>();
  readonly entries: readonly CertificateEntry[];
  /** For clients that name no host: the local authority's first, which names the machine itself. */
  readonly standard: CertificateEntry | null;
  readonly hasOcsp: boolean;
  /** Whether any is for an address; asking the system for that of a connection is not free. */
  readonly hasAddresses: boolean;

  constructor(entries: readonly CertificateEntry[]) {
    this.entries = entries;
    this.standard = entries.find(({ certificate }) => !certificate.isPublic) ?? null;
    this.hasOcsp = entries.some(({ certificate }) => certificate.ocsp !== null);
    this.hasAddresses = entries.some(({ certificate }) => certificate.names.some((name) => isIP(name) !== 0));
    for (const entry of entries) {
      for (const name of entry.certificate.names) {
        if (name.startsWith("*.")) put(this.#below, name.slice(2), entry);
        else put(this.#exact, isIP(name) === 6 ? canonical(name) : name, entry);
      }
    }
  }

  /** By a normalized host (IPv6 in brackets as in a Host header, or bare); null: none. */
  find(host: string): CertificateEntry | null {
    const exact = this.#exact.get(host);
    if (exact !== undefined) return exact;
    if (host.startsWith("[") || isIP(host) === 6) return this.#exact.get(canonical(host.replace(/^\[|\]$/g, ""))) ?? null;
    return this.#below.get(host.slice(host.indexOf(".") + 1)) ?? null;
  }

  /** For a connection to an address of this machine whose client names no host; null: none. */
  findAddress(address: string): CertificateEntry | null {
    const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
    return this.#exact.get(isIP(plain) === 6 ? canonical(plain) : plain) ?? this.standard;
  }
}

/** Whether a certificate is good for a host. */
export function coversHost(entry: CertificateEntry, host: string): boolean {
  const { names } = entry.certificate;
  if (names.includes(host)) return true;
  if (host.startsWith("[")) return names.some((name) => isIP(name) === 6 && canonical(name) === canonical(host.slice(1, -1)));
  return isIP(host) === 0 && names.includes(`*.${host.slice(host.indexOf(".") + 1)}`);
}

export function contextOf(entry: CertificateEntry): SecureContext {
  const { chain, key } = entry.certificate;
  entry.context ??= createSecureContext({ ...tlsOptions, cert: chain, key });
  return entry.context;
}

/** Of two for one name the one that browsers trust counts, then the one that lasts longer. */
function put(map: Map<string, CertificateEntry>, name: string, entry: CertificateEntry): void {
  const other = map.get(name);
  const isBetter =
    other === undefined ||
    (entry.certificate.isPublic !== other.certificate.isPublic ? entry.certificate.isPublic : entry.notAfter > other.notAfter);
  if (isBetter) map.set(name, entry);
}

/** The one spelling of an IPv6 address; without its zone. */
function canonical(address: string): string {
  const url = URL.parse(`http://[${address.replace(/%.*$/, "")}]/`);
  return url === null ? address : url.hostname.slice(1, -1);
}
