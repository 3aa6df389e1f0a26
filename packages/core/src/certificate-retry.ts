import type { Certificate, CertificateFacts } from "./certificate.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * What failed: `look` our own look at the DNS, which costs the authority nothing; `authority` away or out of order;
 * `proof` refused, of which authorities admit about five per host and hour.
 */
export type CertificateFailureKind = "look" | "authority" | "proof";

const waits: Record<CertificateFailureKind, { firstMs: number; mostMs: number }> = {
  look: { firstMs: minuteMs, mostMs: 15 * minuteMs },
  authority: { firstMs: 10_000, mostMs: hourMs },
  proof: { firstMs: 5 * minuteMs, mostMs: dayMs },
};

/**
 * When to try again after a failure, the `failures + 1`-th in a row: doubling, a fifth longer at most by `jitter` (0 to 1),
 * not before the authority's own word. What lives for days only is not left alone for one.
 */
export function nextCertificateAttempt(
  certificate: Pick<Certificate, "failures" | "issued">,
  kind: CertificateFailureKind,
  retryAt: Date | null,
  jitter: number,
  now: Date,
): Date {
  const { firstMs, mostMs } = waits[kind];
  const most = certificate.issued ? Math.max(firstMs, Math.min(mostMs, lifetimeOf(certificate.issued) / 10)) : mostMs;
  const wait = Math.min(most, firstMs * 2 ** Math.min(certificate.failures, 30)) * (1 + jitter / 5);
  return new Date(Math.max(now.getTime() + wait, retryAt?.getTime() ?? 0));
}

/**
 * When to renew: after two thirds of its life, up to a thirtieth sooner by `jitter` (0 to 1). Never within a day of getting
 * it (a third of its life where that is less): a clock that is far ahead takes every new certificate for an old one.
 */
export function renewalTime(facts: Pick<CertificateFacts, "notBefore" | "notAfter">, jitter: number, now: Date): Date {
  const lifetime = lifetimeOf(facts);
  const due = Date.parse(facts.notBefore) + (lifetime * 2) / 3 - (jitter * lifetime) / 30;
  return new Date(Math.max(due, now.getTime() + Math.min(dayMs, lifetime / 3)));
}

const lifetimeOf = ({ notBefore, notAfter }: Pick<CertificateFacts, "notBefore" | "notAfter">): number =>
  Math.max(0, Date.parse(notAfter) - Date.parse(notBefore));
