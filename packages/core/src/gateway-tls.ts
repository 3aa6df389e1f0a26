/** A certificate with its key, as a gateway serves it. */
export interface ServedCertificate {
  /** Certificate id (uuid). */
  id: string;
  /** Host names, `*.example.com` too, and IP addresses. Lower-case ASCII. */
  names: string[];
  /** PEM, leaf first. */
  chain: string;
  /** PEM, PKCS #8. Never logged, never in an error. */
  key: string;
  /** DER of an OCSP answer in base64, to be stapled; null for none. */
  ocsp: string | null;
  /** Whether browsers trust it by themselves: false for the local authority's. Plain HTTP is redirected only where true. */
  isPublic: boolean;
}

/** All certificates that a gateway serves. The same version again has no effect; versions are content hashes and have no order. */
export interface CertificateSet {
  version: string;
  certificates: ServedCertificate[];
}

/**
 * What the gateway answers for the sake of a proof: an HTTP-01 challenge or a domain's own token as plain text at a path of
 * a host (port 80 and 443), or a TLS-ALPN-01 challenge certificate for handshakes that offer `acme-tls/1` alone.
 */
export type Challenge =
  | { kind: "http"; host: string; path: string; body: string }
  | { kind: "tls-alpn"; host: string; chain: string; key: string };
