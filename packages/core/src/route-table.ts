import type { Address } from "./runtime.ts";

/** What a route does at the moment. Anything but `serving` is answered by the gateway itself. */
export type RouteState =
  /** To the upstreams. */
  | "serving"
  /** Requests wait up to `holdSeconds` for the route to serve again (a unit is being replaced), then 503. */
  | "holding"
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
}

export interface GatewayObservation {
  servedVersion: number;
  /** By upstream id; an upstream without an entry has no load. */
  load: Record<string, UpstreamLoad>;
  /** Route ids whose publicPort could not be bound, with the reason. */
  portErrors: Record<string, string>;
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
  upstream: string | null;
  error: string | null;
}

export interface Gateway {
  readonly kind: "embedded" | "memory";
  /** Replaces the table as a whole, atomically; resolves once it is served and on disk. Same version twice: no effect. */
  apply(table: RouteTable): Promise<void>;
  observe(): Promise<GatewayObservation>;
  /** A GET through the gateway's own proxy path to an upstream that need not be in the table; for candidates. */
  probe(upstream: Upstream, request: { host: string; path: string; timeoutSeconds: number }): Promise<{ status: number }>;
  /** Emits when something drained, or a held request waits. Ends with the signal; throws `unavailable` when the gateway is gone. */
  watch(signal: AbortSignal): AsyncIterable<{ route: string | null }>;
  logs(query: { route: string | null; tail: number; follow: boolean; signal: AbortSignal }): AsyncIterable<AccessLogLine>;
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
