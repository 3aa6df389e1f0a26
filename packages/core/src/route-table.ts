import type { AccessLogFilter } from "./access-log-filter.ts";
import type { CertificateSet, Challenge } from "./gateway-tls.ts";
import type { RoutePolicies } from "./route-policies.ts";
import type { Address } from "./runtime.ts";

/** What a route does at the moment. Anything but `serving` is answered by the gateway itself. */
export type RouteState =
  /** To the upstreams. */
  | "serving"
  /** Requests wait up to `holdSeconds` for the route to serve again (a unit is being replaced), then 503. */
  | "holding"
  /** As `holding`, and `watch` tells that somebody waits, which wakes the pod. A browser gets a page that reloads itself after a few seconds. */
  | "sleeping"
  /** 503 with a calm page that says `message` and reloads itself. */
  | "unready"
  /** 503, no reload: stopped by its owner. */
  | "stopped";

export interface Upstream {
  /** `<pod>/<unit>/<revision>`: in-flight counts are kept by it. */
  id: string;
  address: Address;
}

export interface RouteEntry {
  /** Route id (uuid). */
  id: string;
  pod: string;
  /** `<tenant>/<pod>`, for the page and the access log. */
  label: string;
  /** Host names; `*.example.com` is any one label below, and counts after exact names. */
  hosts: string[];
  /** Port of its own on all interfaces, for clients that cannot resolve the host; null for none. */
  publicPort: number | null;
  path: string;
  state: RouteState;
  /** A sentence for people, shown on the 503 page. */
  message: string;
  upstreams: Upstream[];
  holdSeconds: number;
  timeoutSeconds: number;
  drainSeconds: number;
  /** Absent (a table from before there were any): none. */
  policies?: RoutePolicies;
  /** So many percent of the requests, each counted by itself, go to another route's upstreams while that route serves; under this route's policies. */
  split?: { route: string; percent: number };
  /** While it sleeps, what an open page does by itself wakes nothing: it is answered at once that the pod is asleep. */
  ignoresOpenPages?: true;
}

/** The whole of what a gateway serves. Versions only grow; an older one than that served is refused as `conflict`. */
export interface RouteTable {
  version: number;
  routes: RouteEntry[];
}

export interface UpstreamLoad {
  /** Open HTTP exchanges. */
  requests: number;
  /** Open WebSockets and other upgraded connections. */
  upgraded: number;
  lastActivityAt: string | null;
  /** Of these, the last that an open page did not do by itself: a visit, or a program's request. Absent: not told apart. */
  lastVisitAt?: string | null;
}

export interface GatewayObservation {
  servedVersion: number;
  /** Since when loads are counted: the gateway's start. Absent: not known, and nothing counts as idle. */
  since?: string;
  /** By upstream id; an upstream without an entry has no load. */
  load: Record<string, UpstreamLoad>;
  /** Route ids whose publicPort could not be bound, with the reason. */
  portErrors: Record<string, string>;
  /** Of the certificates in force; empty string: none were ever given. */
  certificateVersion: string;
  /** The port of HTTPS; null: none, with the reason in `httpsError` where one was wanted. */
  httpsPort: number | null;
  httpsError: string | null;
}

export interface AccessLogLine {
  at: string;
  route: string | null;
  host: string;
  method: string;
  /** Path without the query string: queries may hold secrets. */
  path: string;
  status: number;
  bytesIn: number;
  bytesOut: number;
  milliseconds: number;
  client: string;
  /** Absent in lines from before it was kept. */
  protocol?: "http/1.0" | "http/1.1" | "https/1.1" | "https/2";
  upstream: string | null;
  error: string | null;
}

export interface AccessLogQuery extends AccessLogFilter {
  /** Null: of all routes, and of requests that had none. */
  route: string | null;
  tail: number;
  follow: boolean;
  signal: AbortSignal;
}

/** A hint that something is worth a look: never data. */
export interface GatewayWake {
  /** Null: look at all routes. */
  route: string | null;
  /** A request waits at the route; else something drained that it served. */
  waits: boolean;
}

export interface Gateway {
  readonly kind: "embedded" | "caddy" | "traefik" | "memory";
  /** Replaces the table as a whole, atomically; resolves once it is served and on disk. Same version twice: no effect. */
  apply(table: RouteTable): Promise<void>;
  observe(): Promise<GatewayObservation>;
  /** Replaces all certificates, atomically and without touching open connections; resolves once they are served and on disk. `invalid` names one that cannot be served; nothing changes then. */
  setCertificates(set: CertificateSet): Promise<void>;
  /** Replaces all challenges; they live in memory alone and end with the gateway. */
  setChallenges(challenges: readonly Challenge[]): Promise<void>;
  /** A GET through the gateway's own proxy path to an upstream that need not be in the table; for candidates. */
  probe(upstream: Upstream, request: { host: string; path: string; timeoutSeconds: number }): Promise<{ status: number }>;
  /** Ends with the signal; throws `unavailable` when the gateway is gone. Who waits already is told of at once. */
  watch(signal: AbortSignal): AsyncIterable<GatewayWake>;
  /** The last `tail` lines that fit, oldest first, also from the log's older part; then those that come, until the signal aborts. */
  logs(query: AccessLogQuery): AsyncIterable<AccessLogLine>;
}

/** A request addressed to an upstream by the gateway carries these; what a client sent under these names is dropped. */
export const forwardedHeaders = [
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-forwarded-port",
  "forwarded",
  "x-real-ip",
] as const;
