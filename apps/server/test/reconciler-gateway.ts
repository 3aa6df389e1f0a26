import { EventEmitter, on } from "node:events";
import { AppError } from "@agentpod/core/errors";
import type { Gateway, GatewayObservation, RouteTable, Upstream } from "@agentpod/core/route-table";

/** A gateway that keeps its table as a value, so that a test can look at it, load it and take it away. */
export interface TableGateway extends Gateway {
  table: RouteTable;
  load: GatewayObservation["load"];
  /** Status an upstream answers to a candidate's probe. */
  answer(upstream: Upstream): number;
  isAway: boolean;
  /** Something drained, or a request waits. */
  wake(): void;
}

export function tableGateway(): TableGateway {
  const wakes = new EventEmitter().setMaxListeners(0);
  const check = (): void => {
    if (gateway.isAway) throw new AppError("unavailable", "the gateway was told not to answer");
  };
  const gateway: TableGateway = {
    kind: "memory",
    table: { version: 0, routes: [] },
    load: {},
    isAway: false,
    answer: () => 200,
    wake: () => void wakes.emit("wake"),
    async apply(table) {
      check();
      if (table.version < gateway.table.version) throw new AppError("conflict", `version ${gateway.table.version} is served already`);
      gateway.table = structuredClone(table);
    },
    async observe() {
      check();
      return { servedVersion: gateway.table.version, load: structuredClone(gateway.load), portErrors: {} };
    },
    async probe(upstream) {
      check();
      return { status: gateway.answer(upstream) };
    },
    async *watch(signal) {
      try {
        for await (const _ of on(wakes, "wake", { signal })) yield { route: null };
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    async *logs() {},
  };
  return gateway;
}
