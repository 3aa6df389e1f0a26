import type { RouteEntry, UpstreamLoad, Upstream as UpstreamSpec } from "@agentpod/core/route-table";
import { Upstream } from "./upstream.ts";

interface Served {
  upstream: Upstream;
  /** Route it was last seen under. */
  route: string;
  drainSeconds: number;
  /** Set while it has left the table and still has something open. */
  drainTimer: NodeJS.Timeout | null;
  isLeaving: boolean;
}

/** Every upstream of the table, and those that left it with something still open. */
export class UpstreamRegistry {
  readonly #served = new Map<string, Served>();
  readonly #onDrained: (route: string) => void;

  /** `onDrained` is called when an upstream that left the table has nothing open any more. */
  constructor(onDrained: (route: string) => void) {
    this.#onDrained = onDrained;
  }

  /** Makes the table's upstreams the served ones; others are retired. Returns a look-up for the routes' upstreams. */
  replace(routes: readonly RouteEntry[]): (spec: UpstreamSpec) => Upstream {
    const present = new Set<string>();
    for (const route of routes) {
      for (const spec of route.upstreams) {
        const key = keyOf(spec);
        present.add(key);
        this.#keep(key, spec, route);
      }
    }
    for (const [key, served] of this.#served) if (!present.has(key)) this.#retire(key, served);
    return (spec) => (this.#served.get(keyOf(spec)) as Served).upstream;
  }

  /** By upstream id; those without any load or history are left out. */
  load(): Record<string, UpstreamLoad> {
    const result: Record<string, UpstreamLoad> = {};
    for (const { upstream } of this.#served.values()) {
      const load = upstream.load();
      const before = result[upstream.id];
      if (before === undefined && load.lastActivityAt === null && !upstream.isBusy) continue;
      result[upstream.id] = before === undefined ? load : sum(before, load);
    }
    return result;
  }

  /** Ends every upgraded connection politely and closes idle ones: the gateway is going. */
  closeAll(): void {
    for (const { upstream, drainTimer } of this.#served.values()) {
      if (drainTimer) clearTimeout(drainTimer);
      for (const tunnel of upstream.tunnels) tunnel.close();
      upstream.pool.retire();
    }
  }

  #keep(key: string, spec: UpstreamSpec, route: RouteEntry): void {
    const known = this.#served.get(key);
    if (known === undefined) {
      const upstream = new Upstream(spec.id, spec.address);
      this.#served.set(key, { upstream, route: route.id, drainSeconds: route.drainSeconds, drainTimer: null, isLeaving: false });
      return;
    }
    known.route = route.id;
    known.drainSeconds = route.drainSeconds;
    if (!known.isLeaving) return;
    known.isLeaving = false;
    if (known.drainTimer) clearTimeout(known.drainTimer);
    known.drainTimer = null;
    known.upstream.onIdle = null;
    known.upstream.pool.reopen();
  }

  #retire(key: string, served: Served): void {
    if (served.isLeaving) return;
    const { upstream } = served;
    served.isLeaving = true;
    upstream.pool.retire();
    const drained = () => {
      if (served.drainTimer) clearTimeout(served.drainTimer);
      this.#served.delete(key);
      this.#onDrained(served.route);
    };
    if (!upstream.isBusy) {
      drained();
      return;
    }
    upstream.onIdle = drained;
    served.drainTimer = setTimeout(() => {
      for (const tunnel of upstream.tunnels) tunnel.close();
    }, served.drainSeconds * 1000).unref();
  }
}

function keyOf({ id, address }: UpstreamSpec): string {
  return address.kind === "tcp" ? `${id} ${address.host} ${address.port}` : `${id} ${address.path}`;
}

function sum(a: UpstreamLoad, b: UpstreamLoad): UpstreamLoad {
  const later = (...times: (string | null | undefined)[]): string | null =>
    times
      .filter((at) => typeof at === "string")
      .sort()
      .at(-1) ?? null;
  return {
    requests: a.requests + b.requests,
    upgraded: a.upgraded + b.upgraded,
    lastActivityAt: later(a.lastActivityAt, b.lastActivityAt),
    lastVisitAt: later(a.lastVisitAt, b.lastVisitAt),
  };
}
