import { setTimeout as delay } from "node:timers/promises";
import type { ChainHead } from "@agentpod/core/audit-chain";
import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import type { EventFeed } from "../routes/event-feed.ts";
import type { ArchiveTrail } from "./archive-trail.ts";
import { type HeadTellerDeps, headTeller } from "./head-teller.ts";
import { readAuditSettings } from "./read-audit-settings.ts";

export interface SealerDeps extends HeadTellerDeps {
  feed: Pick<EventFeed, "subscribe">;
  archive: ArchiveTrail;
  log: Log;
}

/** Seals events into the chain as they come, tells its head, and archives daily. Every control plane runs one; one at a time seals. */
export interface Sealer {
  /** Seals what can be sealed now, and does what else is due. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

const sweepMs = 30_000;
/** Events come in bursts: they are sealed together. */
const gatherMs = 1000;
const page = 500;
const dayMs = 86_400_000;

export function startSealer(deps: SealerDeps): Sealer {
  const { database, feed, archive, clock, log } = deps;
  const abort = new AbortController();
  const { signal } = abort;
  const tell = headTeller(deps);
  let isFirst = true;
  let archivedAt = Number.NEGATIVE_INFINITY;

  async function sweepOnce(): Promise<void> {
    const head = await sealAll(database, isFirst, signal);
    isFirst = false;
    if (head !== null && head.seq > 0) await tell(head);
    if (clock().getTime() - archivedAt < dayMs) return;
    archivedAt = clock().getTime();
    const { archiveAfterDays } = await database.asSystem(readAuditSettings);
    if (archiveAfterDays !== null) await archive(archiveAfterDays);
  }

  let running: Promise<void> = Promise.resolve();
  const sweep = (): Promise<void> => {
    running = running.then(sweepOnce, sweepOnce);
    return running;
  };

  let wake: () => void = () => undefined;
  const unsubscribe = feed.subscribe(() => wake());
  const loop = (async () => {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await sweep().catch((error) => {
        if (!signal.aborted) log.warn({ err: error }, "the audit chain could not be brought on; the next sweep is due");
      });
      await Promise.race([woken, pause(sweepMs, signal)]);
      await pause(gatherMs, signal);
    }
  })();
  return {
    sweep,
    async stop() {
      abort.abort();
      unsubscribe();
      await loop;
      await running.catch(() => undefined);
    },
  };
}

/** Gives where the chain then stands; null before the first event. */
async function sealAll(database: Database, restored: boolean, signal: AbortSignal): Promise<ChainHead | null> {
  for (;;) {
    const outcome = await database.asSystem((store) => store.audit.seal(page, restored));
    if (outcome === null) return database.asSystem((store) => store.audit.head());
    if (outcome.sealed < page || signal.aborted) return outcome.head;
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
