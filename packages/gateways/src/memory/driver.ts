import { AppError } from "@agentpod/core/errors";
import type { AccessLogLine, Gateway, RouteTable, Upstream, UpstreamLoad } from "@agentpod/core/route-table";

/** A gateway that serves nothing and remembers everything: for tests and simulation. */
export interface MemoryGateway extends Gateway {
  /** The table in force. */
  readonly table: RouteTable;
  /** Makes an upstream busy; with no load it is drained, and watchers hear of it if it has left the table. */
  setLoad(upstream: string, load: Partial<UpstreamLoad>): void;
  /** A request begins to wait at a holding route. */
  hold(route: string): void;
  /** Ports that another program holds. */
  takenPorts: Set<number>;
  /** Calls fail with `unavailable` while it is set. */
  isAway: boolean;
  /** What a probe of an upstream answers; throw to let it fail. */
  answerProbe(upstream: Upstream): number | Promise<number>;
  /** Adds a line to the access log. */
  record(line: AccessLogLine): void;
}

/** `answerProbe` says what an upstream answers to a probe; by default 200. Throw to let it fail. */
export function memoryGateway(answerProbe: MemoryGateway["answerProbe"] = () => 200): MemoryGateway {
  let table: RouteTable = { version: 0, routes: [] };
  const load = new Map<string, UpstreamLoad>();
  const lastRoute = new Map<string, string>();
  const lines: AccessLogLine[] = [];
  const wakes = new Set<(wake: { route: string | null }) => void>();
  const followers = new Set<(line: AccessLogLine) => void>();
  const isServed = (id: string) => table.routes.some((route) => route.upstreams.some((upstream) => upstream.id === id));
  const wake = (route: string | null) => {
    for (const listener of wakes) listener({ route });
  };
  const forgetIfDrained = (id: string) => {
    const { requests = 0, upgraded = 0 } = load.get(id) ?? {};
    if (isServed(id) || requests > 0 || upgraded > 0) return;
    load.delete(id);
    wake(lastRoute.get(id) ?? null);
    lastRoute.delete(id);
  };
  const needPresence = () => {
    if (gateway.isAway) throw new AppError("unavailable", "The gateway does not answer.");
  };
  const gateway: MemoryGateway = {
    kind: "memory",
    takenPorts: new Set(),
    isAway: false,
    answerProbe,
    get table() {
      return table;
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
      return { servedVersion: table.version, load: structuredClone(Object.fromEntries(load)), portErrors: Object.fromEntries(errors) };
    },
    async probe(upstream) {
      needPresence();
      return { status: await gateway.answerProbe(upstream) };
    },
    async *watch(signal) {
      needPresence();
      yield* listen(signal, wakes);
    },
    async *logs({ route, tail, follow, signal }) {
      needPresence();
      const isOf = (line: AccessLogLine) => route === null || line.route === route;
      const past = lines.filter(isOf);
      yield* past.slice(Math.max(0, past.length - tail));
      if (!follow) return;
      for await (const line of listen(signal, followers)) if (isOf(line)) yield line;
    },
    setLoad(id, change) {
      load.set(id, { requests: 0, upgraded: 0, lastActivityAt: null, ...load.get(id), ...change });
      forgetIfDrained(id);
    },
    hold: wake,
    record(line) {
      lines.push(line);
      for (const follower of followers) follower(line);
    },
  };
  return gateway;
}

/** Everything told to a set of listeners from now on, until the signal aborts. */
async function* listen<T>(signal: AbortSignal, listeners: Set<(value: T) => void>): AsyncGenerator<T> {
  const queue: T[] = [];
  let notify = () => {};
  const listener = (value: T) => {
    queue.push(value);
    notify();
  };
  const onAbort = () => notify();
  listeners.add(listener);
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      for (let value = queue.shift(); value !== undefined; value = queue.shift()) yield value;
      if (signal.aborted) return;
      await new Promise<void>((resolve) => {
        notify = resolve;
        if (queue.length > 0 || signal.aborted) resolve();
      });
    }
  } finally {
    listeners.delete(listener);
    signal.removeEventListener("abort", onAbort);
  }
}
