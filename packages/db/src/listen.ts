import { AppError } from "@agentpod/core/errors";
import type { Channel } from "@agentpod/core/store";
import pg from "pg";
import { databaseError } from "./database-error.ts";

/**
 * Notifications of one channel, on a connection of its own. Payloads still waiting are told once. Ends with the signal; throws
 * `unavailable` when the connection breaks: what was told meanwhile is lost, so sweep, then listen again.
 */
export async function* listen(
  config: pg.ClientConfig,
  channel: Channel,
  signal: AbortSignal,
  onListening?: () => void,
): AsyncGenerator<string> {
  if (signal.aborted) return;
  const client = new pg.Client(config);
  const waiting = new Set<string>();
  let broken: unknown;
  let wake: () => void = () => undefined;
  const breakWith = (error: unknown) => {
    broken ??= error;
    wake();
  };
  const onAbort = () => wake();
  client.on("error", breakWith);
  client.on("end", () => breakWith(new Error("Connection terminated")));
  client.on("notification", ({ payload }) => {
    waiting.add(payload ?? "");
    wake();
  });
  signal.addEventListener("abort", onAbort);
  try {
    await client.connect();
    // Prefixed in the database, which may be shared with programs that have an `events` channel too.
    await client.query(`listen agentpod_${channel}`);
    onListening?.();
    while (!signal.aborted) {
      for (const payload of waiting) {
        waiting.delete(payload);
        yield payload;
        if (signal.aborted) return;
      }
      if (broken !== undefined)
        throw new AppError("unavailable", "The database connection that listens broke: listen again.", { cause: broken });
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (signal.aborted || broken !== undefined || waiting.size > 0) resolve();
      });
    }
  } catch (error) {
    if (!signal.aborted) throw databaseError(error);
  } finally {
    signal.removeEventListener("abort", onAbort);
    client.removeAllListeners("end");
    await client.end().catch(() => undefined);
  }
}
