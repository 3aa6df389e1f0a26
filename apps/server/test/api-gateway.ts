import { once } from "node:events";
import type { AccessLogLine, Gateway } from "@agentpod/core/route-table";

/** A gateway that takes every table and serves no one: the API only reads its log. */
export function tableGateway(log: AccessLogLine[]): Gateway {
  let servedVersion = 0;
  return {
    kind: "memory",
    apply: async (table) => {
      servedVersion = table.version;
    },
    observe: async () => ({ servedVersion, load: {}, portErrors: {} }),
    probe: async () => ({ status: 200 }),
    async *watch(signal) {
      if (!signal.aborted) await once(signal, "abort");
      yield* [];
    },
    async *logs({ tail }) {
      yield* tail === 0 ? [] : log.slice(-tail);
    },
  };
}
