import type { RoutePolicies } from "@agentpod/core/route-policies";
import type { RequestTarget } from "../routing/request-target.ts";
import type { Route } from "../routing/route.ts";
import type { CertificateIndex } from "./certificate-index.ts";
import type { Challenges } from "./challenges.ts";

/** What is said to a request whatever the routes say. */
export interface EarlyAnswer {
  status: number;
  /** Flat list. */
  headers: string[];
  body: string;
  /** The route whose policy it is; null: none's. */
  route: string | null;
}

/** How HTTPS stands at the moment. */
export interface HttpsState {
  readonly certificates: CertificateIndex;
  readonly challenges: Challenges;
  /** What clients call HTTPS by; null: there is none. */
  readonly port: number | null;
}

/** The answer to a proof's challenge, which no redirect and no policy may stand in the way of; null: it is none. */
export function challengeAnswer({ challenges }: HttpsState, method: string, target: RequestTarget): EarlyAnswer | null {
  const text = challenges.textOf(target.host, target.path);
  if (text === undefined || (method !== "GET" && method !== "HEAD")) return null;
  const headers = ["content-type", "text/plain", "content-length", String(Buffer.byteLength(text)), "cache-control", "no-store"];
  return { status: 200, headers, body: method === "HEAD" ? "" : text, route: null };
}

/** The way to HTTPS for a request that came in clear text; null: it is served as it is. */
export function redirectAnswer(state: HttpsState, target: RequestTarget, route: Route | null): EarlyAnswer | null {
  if (state.port === null || !isRedirected(route?.entry.policies?.https ?? "auto", state.certificates, target.host)) return null;
  const authority = state.port === 443 ? target.host : `${target.host}:${state.port}`;
  const headers = ["location", `https://${authority}${target.path}`, "content-length", "0", "cache-control", "no-store"];
  return { status: 308, headers, body: "", route: route === null || route.isFront ? null : route.entry.id };
}

function isRedirected(policy: RoutePolicies["https"], certificates: CertificateIndex, host: string): boolean {
  if (policy === "both") return false;
  const entry = certificates.find(host);
  return entry !== null && (policy === "redirect" || entry.certificate.isPublic);
}
