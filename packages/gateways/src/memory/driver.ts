import { isLookedFor } from "@agentpod/core/access-log-filter";
import { AppError } from "@agentpod/core/errors";
import type { CertificateSet, Challenge } from "@agentpod/core/gateway-tls";
import type { AccessLogLine, Gateway, GatewayWake, RouteTable, Upstream, UpstreamLoad } from "@agentpod/core/route-table";
import { checkCertificates } from "./check-certificates.ts";
import { subscribe } from "./subscribe.ts";

/** A gateway that serves nothing and remembers everything: for tests and simulation. */
export interface MemoryGateway extends Gateway {
  /** The table in force. */
  readonly table: RouteTable;
  /** Those in force; they outlive `leave`, as on disk. */
  readonly certificates: CertificateSet;
  /** They end with `leave`. */
  readonly challenges: readonly Challenge[];
  /** What `observe` says of HTTPS; by default there is none. */
  https: { port: number | null; error: string | null };
  /** The file of certificates is lost. */
  loseCertificates(): void;
  /** Makes an upstream busy; with no load it is drained, and watchers hear of it if it has left the table. */
  setLoad(upstream: string, load: Partial<UpstreamLoad>): void;
  /** A request begins to wait at a holding route. */
  hold(route: string): void;
  /** Ports that another program holds. */
  takenPorts: Set<number>;
  /** From now on calls fail with `unavailable`, watches under way too. */
  leave(): void;
  comeBack(): void;
  /** What a probe of an upstream answers; throw to let it fail. */
  answerProbe(upstream: Upstream): number | Promise<number>;
  /** Adds a line to the access log. */
  record(line: AccessLogLine): void;
}

/** `answerProbe` says what an upstream answers to a probe; by default 200. Throw to let it fail. */
export function memoryGateway(answerProbe: MemoryGateway["answerProbe"] = () => 200): MemoryGateway {
  let table: RouteTable = { version: 0, routes: [] };
  const noCertificates: CertificateSet = { version: "", certificates: [] };
  let certificates = noCertificates;
  let challenges: readonly Challenge[] = [];
  const load = new Map<string, UpstreamLoad>();
  const lastRoute = new Map<string, string>();
  const lines: AccessLogLine[] = [];
  const wakes = new Set<(wake: GatewayWake) => void>();
  const followers = new Set<(line: AccessLogLine) => void>();
  const isServed = (id: string) => table.routes.some((route) => route.upstreams.some((upstream) => upstream.id === id));
  const wake = (route: string | null, waits: boolean) => {
    for (const listener of wakes) listener({ route, waits });
  };
  const forgetIfDrained = (id: string) => {
    const { requests = 0, upgraded = 0 } = load.get(id) ?? {};
    if (isServed(id) || requests > 0 || upgraded > 0) return;
    load.delete(id);
    wake(lastRoute.get(id) ?? null, false);
    lastRoute.delete(id);
  };
  let presence = new AbortController();
  let since = new Date().toISOString();
  const needPresence = () => {
    if (presence.signal.aborted) throw new AppError("unavailable", "The gateway does not answer.");
  };
  const hear = async function* <T>(signal: AbortSignal, listeners: Set<(value: T) => void>): AsyncGenerator<T> {
    yield* subscribe(AbortSignal.any([signal, presence.signal]), listeners);
    if (!signal.aborted) needPresence();
  };
  const gateway: MemoryGateway = {
    kind: "memory",
    takenPorts: new Set(),
    answerProbe,
    https: { port: null, error: null },
    get table() {
      return table;
    },
    get certificates() {
      return certificates;
    },
    get challenges() {
      return challenges;
    },
    async apply(next) {
      needPresence();
      if (next.version === table.version) return;
      if (next.version < table.version)
        throw new AppError("conflict", `Route table ${next.version} is older than ${table.version}, which is served.`);
      table = structuredClone(next);
      for (const route of table.routes) for (const upstream of route.upstreams) lastRoute.set(upstream.id, route.id);
      for (const id of [...lastRoute.keys()]) forgetIfDrained(id);
    },
    async observe() {
      needPresence();
      const errors = table.routes.flatMap(({ id, publicPort }) =>
        publicPort !== null && gateway.takenPorts.has(publicPort) ? [[id, `Port ${publicPort} is taken by another program.`]] : [],
      );
      return {
        servedVersion: table.version,
        since,
        load: structuredClone(Object.fromEntries(load)),
        portErrors: Object.fromEntries(errors),
        certificateVersion: certificates.version,
        httpsPort: gateway.https.port,
        httpsError: gateway.https.error,
      };
    },
    async setCertificates(set) {
      needPresence();
      if (set.version === certificates.version) return;
      checkCertificates(set);
      certificates = structuredClone(set);
    },
    async setChallenges(next) {
      needPresence();
      challenges = structuredClone(next);
    },
    async probe(upstream) {
      needPresence();
      return { status: await gateway.answerProbe(upstream) };
    },
    async *watch(signal) {
      needPresence();
      yield* hear(signal, wakes);
    },
    async *logs({ route, tail, follow, signal, ...filter }) {
      needPresence();
      const isOf = (line: AccessLogLine) => (route === null || line.route === route) && isLookedFor(line, filter);
      // What is recorded while the past is still being read is not to be missed.
      const coming = subscribe(AbortSignal.any([signal, presence.signal]), followers);
      try {
        const past = lines.filter(isOf);
        yield* past.slice(Math.max(0, past.length - tail));
        if (!follow) return;
        for await (const line of coming) if (isOf(line)) yield line;
        if (!signal.aborted) needPresence();
      } finally {
        await coming.return?.();
      }
    },
    setLoad(id, change) {
      load.set(id, { requests: 0, upgraded: 0, lastActivityAt: null, ...load.get(id), ...change });
      forgetIfDrained(id);
    },
    hold: (route) => wake(route, true),
    leave() {
      presence.abort();
      challenges = [];
    },
    loseCertificates() {
      certificates = noCertificates;
    },
    comeBack() {
      presence = new AbortController();
      since = new Date().toISOString();
      load.clear();
    },
    record(line) {
      lines.push(line);
      for (const follower of followers) follower(line);
    },
  };
  return gateway;
}
