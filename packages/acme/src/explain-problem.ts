import type { AcmeChallenge } from "@agentpod/core/certificate";
import type { ErrorCode } from "@agentpod/core/errors";
import { AcmeError } from "./acme-error.ts";

/** An error as an authority words it (RFC 8555, 6.7). */
export interface Problem {
  type?: string;
  detail?: string;
  status?: number;
  subproblems?: { type?: string; detail?: string; identifier?: { value?: string } }[];
}

/** What was being proven when the problem came up. */
export interface Proven {
  host: string | null;
  challenge: AcmeChallenge | null;
}

interface Meaning {
  code: ErrorCode;
  advice: string;
}

const atFault: Record<string, (proven: Proven) => Meaning> = {
  unauthorized: (proven) => ({ code: "invalid", advice: whereToPoint(proven) }),
  incorrectResponse: (proven) => ({ code: "invalid", advice: whereToPoint(proven) }),
  connection: (proven) => ({ code: "invalid", advice: whereToPoint(proven) }),
  tls: (proven) => ({ code: "invalid", advice: whereToPoint(proven) }),
  dns: ({ host, challenge }) => ({
    code: "invalid",
    advice:
      challenge === "dns-01"
        ? `See that the zone of ${host} is served by the DNS provider that AgentPod writes to`
        : `Publish an A or AAAA record of ${host} that leads to this installation`,
  }),
  caa: ({ host }) => ({ code: "invalid", advice: `Let the CAA records of ${host} name this authority, or remove them` }),
  rejectedIdentifier: ({ host }) => ({ code: "invalid", advice: `This authority does not sign for ${host}: upload a certificate instead` }),
  unsupportedIdentifier: ({ host }) => ({
    code: "invalid",
    advice: `This authority does not sign for ${host}: upload a certificate instead`,
  }),
  externalAccountRequired: () => ({
    code: "invalid",
    advice: "Set AGENTPOD_ACME_EAB_KID and AGENTPOD_ACME_EAB_HMAC_KEY to what the authority gave you",
  }),
  userActionRequired: () => ({ code: "invalid", advice: "Read what the authority asks for, and agree to it there" }),
  invalidContact: () => ({ code: "invalid", advice: "Set AGENTPOD_ACME_EMAIL to an address that exists" }),
  unsupportedContact: () => ({ code: "invalid", advice: "Set AGENTPOD_ACME_EMAIL to an address that exists" }),
  rateLimited: () => ({ code: "unavailable", advice: "It is asked again when the authority allows it" }),
};

/** A problem as an error of ours: whose fault, what to do, and when to ask again (`retryAfter` is the header of that name). Pure. */
export function explainProblem(problem: Problem, proven: Proven, retryAfter: string | null, now: Date): AcmeError {
  const inner = problem.subproblems?.find((one) => one.type !== undefined);
  const type = nameOf(problem.type === undefined || nameOf(problem.type) === "compound" ? inner?.type : problem.type);
  const said = sentence(problem.detail ?? inner?.detail ?? `status ${problem.status ?? "unknown"}`);
  const about = { host: proven.host ?? inner?.identifier?.value ?? null, challenge: proven.challenge };
  const meaning = (type === null ? undefined : atFault[type])?.(about);
  const where = about.host === null ? "The authority refused" : `The authority refused ${about.host}`;
  return new AcmeError(meaning?.code ?? "unavailable", `${where}: ${said} ${meaning?.advice ?? "It is asked again later"}.`, {
    fault: meaning === undefined || meaning.code === "unavailable" ? "system" : "user",
    retryAt: readRetryAfter(retryAfter, now),
    problem: type,
  });
}

/** When a Retry-After header allows the next request; null for none or nonsense. At most 8 days ahead. */
export function readRetryAfter(header: string | null, now: Date): Date | null {
  if (header === null || header.trim() === "") return null;
  const at = /^\d+$/.test(header.trim()) ? now.getTime() + Number(header) * 1000 : Date.parse(header);
  if (!Number.isFinite(at) || at <= now.getTime()) return null;
  return new Date(Math.min(at, now.getTime() + 8 * 86_400_000));
}

const nameOf = (type: string | undefined): string | null => type?.split(":").at(-1) ?? null;

/** What a stranger wrote, as one short sentence. */
function sentence(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 300);
  return /[.!?]$/.test(plain) ? plain : `${plain}.`;
}

function whereToPoint({ host, challenge }: Proven): string {
  if (challenge === "dns-01") return `See that ${host} is in a zone that the DNS provider serves, and that its credentials may write there`;
  const port = challenge === "tls-alpn-01" ? "port 443" : "port 80";
  return `Let ${host} lead to this installation, and let ${port} of it be reached from the internet`;
}
