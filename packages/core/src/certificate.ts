export const certificateSources = ["acme", "uploaded", "local"] as const;
export type CertificateSource = (typeof certificateSources)[number];

export const acmeChallenges = ["http-01", "tls-alpn-01", "dns-01"] as const;
export type AcmeChallenge = (typeof acmeChallenges)[number];

/** What a certificate says of itself. */
export interface CertificateFacts {
  /** ISO 8601. */
  notBefore: string;
  notAfter: string;
  issuer: string;
  serial: string;
  /** SHA-256 of the leaf's DER, lower-case hex. */
  fingerprint: string;
}

/** A certificate that is wanted or had. Its key is never part of it. */
export interface Certificate {
  id: string;
  /** Null: the installation's own (base domains, the public address, local names). */
  tenantId: string | null;
  /** Tenant name. */
  tenant: string | null;
  /** Sorted. */
  names: string[];
  source: CertificateSource;
  /** Null until issued. A renewal that fails leaves the old one in place. */
  issued: (CertificateFacts & { /** PEM, leaf first. */ chain: string }) | null;
  challenge: AcmeChallenge | null;
  /** When renewal is due, jitter included; null for uploaded ones. */
  renewAt: string | null;
  /** In a row, since the last success. */
  failures: number;
  /** Not before; null: at once when due. */
  nextAttemptAt: string | null;
  /** One sentence of the last failure, with what to do; empty after a success. */
  message: string;
  fault: "user" | "system" | null;
  ocsp: { /** DER, base64. */ response: string; nextUpdate: string } | null;
  createdAt: string;
  updatedAt: string;
}

/** A DNS service that sets TXT records for DNS-01. Credentials are never part of it. */
export interface DnsProvider {
  id: string;
  /** Null: the installation's own, for base domains. */
  tenantId: string | null;
  tenant: string | null;
  name: string;
  kind: DnsProviderKind;
  /** Zones it may write, lower-case ASCII. */
  zones: string[];
  createdAt: string;
}

export const dnsProviderKinds = ["rfc2136", "cloudflare", "aliyun", "dnspod", "route53"] as const;
export type DnsProviderKind = (typeof dnsProviderKinds)[number];
