import type { ChainHead } from "@agentpod/core/audit-chain";
import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import { type SweepDeps, type Sweeps, startSweeps } from "../start-sweeps.ts";
import type { ArchiveTrail } from "./archive-trail.ts";
import { type HeadTellerDeps, headTeller } from "./head-teller.ts";
import { readAuditSettings } from "./read-audit-settings.ts";

export interface SealerDeps extends HeadTellerDeps, Pick<SweepDeps, "feed"> {
  archive: ArchiveTrail;
  log: Log;
}

const sweepMs = 30_000;
const page = 500;
const dayMs = 86_400_000;

/** Seals events into the chain as they come, tells its head, and archives daily. Every control plane runs one; one at a time seals. */
export function startSealer(deps: SealerDeps): Sweeps {
  const { database, feed, archive, clock, log } = deps;
  const tell = headTeller(deps);
  let isFirst = true;
  let archivedAt = Number.NEGATIVE_INFINITY;
  return startSweeps({
    feed,
    everyMs: sweepMs,
    async sweep(signal) {
      const head = await sealAll(database, isFirst, signal);
      isFirst = false;
      if (head !== null && head.seq > 0) await tell(head);
      if (clock().getTime() - archivedAt < dayMs) return;
      archivedAt = clock().getTime();
      const { archiveAfterDays } = await database.asSystem(readAuditSettings);
      if (archiveAfterDays !== null) await archive(archiveAfterDays);
    },
    onFailure: (error) => log.warn({ err: error }, "the audit chain could not be brought on; the next sweep is due"),
  });
}

/** Gives where the chain then stands; null before the first event. */
async function sealAll(database: Database, restored: boolean, signal: AbortSignal): Promise<ChainHead | null> {
  for (;;) {
    const outcome = await database.asSystem((store) => store.audit.seal(page, restored));
    if (outcome === null) return database.asSystem((store) => store.audit.head());
    if (outcome.sealed < page || signal.aborted) return outcome.head;
  }
}
