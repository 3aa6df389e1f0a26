import { setTimeout as delay } from "node:timers/promises";
import { toAppError } from "@agentpod/core/errors";
import type { Log } from "../app-deps.ts";

/** Does it again while the database does not answer. Throws any other error, and the last one once the signal has ended. */
export async function patiently<T>(work: () => Promise<T>, signal: AbortSignal, log: Pick<Log, "warn">): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await work();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== "unavailable" || signal.aborted) throw thrown;
      if (failures === 0) log.warn({ error: error.message }, "an operation waits for the database");
      await delay(Math.min(500 * 2 ** failures, 10_000), undefined, { signal }).catch(() => undefined);
    }
  }
}
