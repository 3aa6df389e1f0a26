import type { AcmeChallenge, Certificate } from "./certificate.ts";
import {
  type AuthorityLimits,
  type CertificateSnapshot,
  certificateKey,
  providerFor,
  type WantedCertificate,
  wantedCertificates,
} from "./certificate-want.ts";

/** One step towards what is wanted. */
export type CertificateAction =
  /** A row for it. */
  | ({ kind: "want" } & WantedCertificate)
  /** From the local authority. */
  | { kind: "sign"; id: string }
  /** From the ACME authority, by the first of these proofs that it takes. */
  | { kind: "order"; id: string; challenges: AcmeChallenge[]; provider: { id: string; zone: string } | null }
  /** It cannot be had as things are: noted once, and tried as soon as they change. */
  | { kind: "refuse"; id: string; message: string }
  /** The authority's limits do not admit it now. */
  | { kind: "postpone"; id: string; message: string; until: string }
  /** Nobody needs it. */
  | { kind: "drop"; id: string };

export interface CertificatePlan {
  actions: CertificateAction[];
  /** When something falls due; null: nothing will by time alone. */
  wakeInMs: number | null;
}

const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;

/**
 * What is to be done for certificates; applying it leads to an empty plan, but for what waits. An unneeded certificate of
 * the ACME authority stays until it would be renewed, so that a host that comes back has it at once and for nothing.
 * `registeredDomain` gives what authorities count by, such as `example.co.uk`.
 */
export function planCertificates(snapshot: CertificateSnapshot, registeredDomain: (host: string) => string, now: Date): CertificatePlan {
  const wanted = new Map(wantedCertificates(snapshot, now).map((one) => [certificateKey(one), one]));
  const budget = openBudget(snapshot, registeredDomain, now);
  const actions: CertificateAction[] = [];
  let wakeAt = Number.POSITIVE_INFINITY;
  for (const certificate of snapshot.certificates) {
    if (certificate.source === "uploaded") continue;
    if (!wanted.delete(certificateKey(certificate))) {
      const keepUntil = unneededUntil(certificate, snapshot);
      if (keepUntil === null || Date.parse(keepUntil) <= now.getTime()) actions.push({ kind: "drop", id: certificate.id });
      else wakeAt = Math.min(wakeAt, Date.parse(keepUntil));
      continue;
    }
    const dueAt = dueTime(certificate, snapshot);
    if (dueAt > now.getTime()) wakeAt = Math.min(wakeAt, dueAt);
    else actions.push(...stepsFor(certificate, snapshot, budget));
  }
  for (const one of wanted.values()) actions.push({ kind: "want", ...one });
  return { actions, wakeInMs: Number.isFinite(wakeAt) ? Math.max(0, wakeAt - now.getTime()) : null };
}

/** How long one that nobody needs is kept; null: not at all. Without an authority there would be no other. */
function unneededUntil({ source, issued, renewAt }: Certificate, { authority }: CertificateSnapshot): string | null {
  if (source === "local" || !issued) return null;
  return authority ? renewAt : issued.notAfter;
}

/** Milliseconds since 1970; infinite: not by time. */
function dueTime(certificate: Certificate, { authority, providers }: CertificateSnapshot): number {
  if (certificate.source === "acme" && !authority) return Number.POSITIVE_INFINITY;
  const due = certificate.issued ? Date.parse(certificate.renewAt ?? certificate.issued.notAfter) : 0;
  const refusal = refusalOf(certificate, providers);
  if (refusal !== null) return certificate.message === refusal ? Number.POSITIVE_INFINITY : due;
  // What was refused for want of a provider is due as soon as there is one.
  if (certificate.message !== "" && certificate.message === withoutProvider(certificate.names)) return due;
  return Math.max(due, certificate.nextAttemptAt === null ? 0 : Date.parse(certificate.nextAttemptAt));
}

function stepsFor(certificate: Certificate, { providers }: CertificateSnapshot, budget: Budget): CertificateAction[] {
  const { id } = certificate;
  if (certificate.source === "local") return [{ kind: "sign", id }];
  const refusal = refusalOf(certificate, providers);
  if (refusal !== null) return [{ kind: "refuse", id, message: refusal }];
  const postponed = budget(certificate);
  if (postponed) return [{ kind: "postpone", id, ...postponed }];
  const provider = providerOf(certificate, providers);
  return [{ kind: "order", id, challenges: challengesFor(certificate, provider !== null), provider }];
}

const hasWildcard = (names: readonly string[]): boolean => names.some((name) => name.startsWith("*."));

function providerOf({ names, tenantId }: Certificate, providers: CertificateSnapshot["providers"]): { id: string; zone: string } | null {
  return providerFor(providers, names[0] ?? "", tenantId);
}

function refusalOf(certificate: Certificate, providers: CertificateSnapshot["providers"]): string | null {
  const needsProvider = certificate.source === "acme" && hasWildcard(certificate.names);
  return needsProvider && !providerOf(certificate, providers) ? withoutProvider(certificate.names) : null;
}

function withoutProvider(names: readonly string[]): string {
  const name = names.find((one) => one.startsWith("*.")) ?? names[0] ?? "";
  return `${name} needs a DNS provider that may write its zone: add one with agentpod dns-provider add, or upload a certificate.`;
}

/**
 * The proof that worked last, else HTTP, TLS, DNS, a wildcard by DNS alone. At the first try the second kind follows at
 * once; later each try is by the next kind, since authorities count failed proofs.
 */
function challengesFor({ names, challenge, failures }: Certificate, hasProvider: boolean): AcmeChallenge[] {
  if (hasWildcard(names)) return ["dns-01"];
  const all: AcmeChallenge[] = hasProvider ? ["http-01", "tls-alpn-01", "dns-01"] : ["http-01", "tls-alpn-01"];
  const start = Math.max(0, challenge === null ? 0 : all.indexOf(challenge)) + failures;
  const turned = all.map((_, i) => all[(start + i) % all.length] as AcmeChallenge);
  return turned.slice(0, failures === 0 ? 2 : 1);
}

/** Null: it may be ordered, and is counted as ordered. */
type Budget = (certificate: Certificate) => { message: string; until: string } | null;

function openBudget({ certificates, authority }: CertificateSnapshot, registeredDomain: (host: string) => string, now: Date): Budget {
  const limits: AuthorityLimits | null = authority?.limits ?? null;
  if (!limits) return () => null;
  const domainOf = ({ names }: Certificate): string => registeredDomain((names[0] ?? "").replace(/^\*\./, ""));
  const issuedAt = certificates.flatMap((one) =>
    one.source === "acme" && one.issued ? [{ domain: domainOf(one), at: Date.parse(one.issued.notBefore) }] : [],
  );
  const since = (ms: number) => issuedAt.filter(({ at }) => at > now.getTime() - ms);
  // Authorities date certificates an hour back.
  let orders = since(4 * hourMs).length;
  const week = Map.groupBy(since(weekMs), ({ domain }) => domain);
  const planned = new Map<string, number>();
  return (certificate) => {
    if (orders >= limits.ordersInThreeHours) {
      const until = new Date(now.getTime() + hourMs).toISOString();
      return { message: `The authority takes ${limits.ordersInThreeHours} orders in three hours. This one follows.`, until };
    }
    const domain = domainOf(certificate);
    const had = week.get(domain) ?? [];
    const count = had.length + (planned.get(domain) ?? 0);
    if (!certificate.issued && count >= limits.perDomainAndWeek) {
      const oldest = Math.min(now.getTime(), ...had.map(({ at }) => at));
      const until = new Date(Math.max(now.getTime() + hourMs, oldest + weekMs)).toISOString();
      const advice = `A wildcard certificate needs one alone: add a DNS provider for ${domain} with agentpod dns-provider add.`;
      return { message: `The authority signs ${limits.perDomainAndWeek} new certificates a week below ${domain}. ${advice}`, until };
    }
    orders++;
    if (!certificate.issued) planned.set(domain, (planned.get(domain) ?? 0) + 1);
    return null;
  };
}
