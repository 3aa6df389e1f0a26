import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../app-deps.ts";
import type { Backups } from "./backups.ts";

const lookMs = 60_000;

/** Looks every minute whether a backup is due. Every control plane runs one; one at a time makes it. Gives the way to stop. */
export function startBackupSchedule({ backups, log }: { backups: Pick<Backups, "runDue" | "stop">; log: Log }): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = (async () => {
    while (!signal.aborted) {
      await backups.runDue().catch((error: unknown) => log.warn({ err: error }, "backups could not be looked at; the next look is due"));
      await delay(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return async () => {
    stopping.abort();
    await backups.stop();
    await loop;
  };
}
