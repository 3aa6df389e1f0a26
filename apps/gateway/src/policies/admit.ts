import type { PageKind } from "../pages/page-kind.ts";
import type { CompiledPolicies } from "./compiled-policies.ts";
import { headerValues } from "./header-values.ts";

export interface Visitor {
  method: string;
  /** Whether the client is at HTTPS, here or at a trusted proxy. */
  isHttps: boolean;
  /** Address behind trusted proxies. */
  client: string;
  /** As sent, with its query. */
  path: string;
  /** Flat list as the client sent it. */
  headers: readonly string[];
}

/** What the gateway answers in a route's place. */
export interface Refusal {
  /** Null: the answer to a CORS preflight, which has no body. */
  page: PageKind | null;
  /** Null: the page's own words. */
  message: string | null;
  /** Null: the page's own. */
  retrySeconds: number | null;
  /** Flat list. */
  headers: string[];
}

export interface Admission {
  /** Null: the request may go on. */
  refusal: Refusal | null;
  /** Flat list for whatever answer the request gets. */
  headers: string[];
}

/** Judges a request by a route's policies, in the order that `RoutePolicies` says. A promise only where a password must be checked. `now`: milliseconds of a clock that never goes back. */
export function admit(policies: CompiledPolicies, visitor: Visitor, now: number): Admission | Promise<Admission> {
  const { maintenance, isWelcome, isDeniedPath, cors, rateLimit, basicAuth } = policies;
  if (maintenance !== null) return refuse("maintenance", [], maintenance.retryAfterSeconds, maintenance.message || null);
  if (isWelcome?.(visitor.client) === false) return refuse("not-welcome");
  if (isDeniedPath?.(visitor.path)) return refuse("unknown-path");
  if (cors?.isPreflight(visitor.method, visitor.headers))
    return { refusal: { page: null, message: null, retrySeconds: null, headers: cors.preflightHeaders(visitor.headers) }, headers: [] };
  let headers: string[] = [];
  if (rateLimit !== null) {
    const taken = rateLimit.take(visitor.client, visitor.headers, now);
    headers = rateLimit.headersFor(taken);
    if (!taken.isAllowed) return refuse("too-many-requests", headers, Math.max(1, Math.ceil(taken.waitMilliseconds / 1000)));
  }
  if (basicAuth === null) return judgeBody(policies, visitor, headers);
  const login = basicAuth.login(headerValues(visitor.headers, "authorization"), visitor.client, now);
  const judge = (result: Awaited<typeof login>): Admission => {
    if (result === "right") return judgeBody(policies, visitor, headers);
    if (result === "wrong") return refuse("login-needed", headers, null, null, ["www-authenticate", basicAuth.challenge]);
    return refuse("too-many-logins", headers, Math.max(1, result.retrySeconds));
  };
  return login instanceof Promise ? login.then(judge) : judge(login);
}

function judgeBody({ maxBodyBytes }: CompiledPolicies, visitor: Visitor, headers: string[]): Admission {
  if (maxBodyBytes === null) return { refusal: null, headers };
  const length = headerValues(visitor.headers, "content-length")[0];
  return length !== undefined && Number(length) > maxBodyBytes ? refuse("body-too-large", headers) : { refusal: null, headers };
}

function refuse(
  page: PageKind,
  headers: string[] = [],
  retrySeconds: number | null = null,
  message: string | null = null,
  own: string[] = [],
): Admission {
  return { refusal: { page, message, retrySeconds, headers: own }, headers };
}
