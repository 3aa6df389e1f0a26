import type { IncomingHttpHeaders } from "node:http";
import type { UpstreamLoad } from "@agentpod/core/route-table";
import type { Address } from "@agentpod/core/runtime";
import { ConnectionPool } from "./connection-pool.ts";
import { isOfOpenPage } from "./open-page.ts";

/** An upgraded connection that can be ended in an orderly way. */
export interface Closable {
  /** Ends it politely where the protocol allows; harmless twice. */
  close(): void;
}

/** One address that requests go to, with what is open on it. */
export class Upstream {
  readonly id: string;
  readonly address: Address;
  readonly pool: ConnectionPool;
  readonly tunnels = new Set<Closable>();
  requests = 0;
  /** Milliseconds since 1970; 0: never used. */
  lastActivity = 0;
  /** Of what no open page did by itself; milliseconds since 1970; 0: never. */
  lastVisit = 0;
  /** Called when the last thing open on it ends. */
  onIdle: (() => void) | null = null;

  constructor(id: string, address: Address) {
    this.id = id;
    this.address = address;
    this.pool = new ConnectionPool(address);
  }

  get isBusy(): boolean {
    return this.requests > 0 || this.tunnels.size > 0;
  }

  beginRequest(now: number, headers: IncomingHttpHeaders): void {
    this.requests += 1;
    this.lastActivity = now;
    if (!isOfOpenPage(headers)) this.lastVisit = now;
  }

  endRequest(now: number): void {
    this.requests -= 1;
    this.lastActivity = now;
    if (!this.isBusy) this.onIdle?.();
  }

  beginTunnel(tunnel: Closable): void {
    this.tunnels.add(tunnel);
  }

  /** Twice: no effect. */
  endTunnel(tunnel: Closable): void {
    if (this.tunnels.delete(tunnel) && !this.isBusy) this.onIdle?.();
  }

  load(): UpstreamLoad {
    return {
      requests: this.requests,
      upgraded: this.tunnels.size,
      lastActivityAt: instant(this.lastActivity),
      lastVisitAt: instant(this.lastVisit),
    };
  }
}

const instant = (milliseconds: number): string | null => (milliseconds === 0 ? null : new Date(milliseconds).toISOString());

/** The least busy one, other than those already tried; undefined when none is left. */
export function pickUpstream(upstreams: readonly Upstream[], tried: readonly Upstream[]): Upstream | undefined {
  if (upstreams.length === 1 && tried.length === 0) return upstreams[0];
  let best: Upstream | undefined;
  for (const upstream of upstreams) {
    if (!tried.includes(upstream) && (best === undefined || upstream.requests < best.requests)) best = upstream;
  }
  return best;
}
