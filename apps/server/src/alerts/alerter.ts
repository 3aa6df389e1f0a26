import type { Log } from "../app-deps.ts";
import { type SweepDeps, type Sweeps, startSweeps } from "../start-sweeps.ts";
import { type DeliverDeps, deliverDue } from "./deliver-due.ts";
import { evaluate } from "./evaluate.ts";
import { type FactSources, gatherFacts } from "./gather-facts.ts";

export interface AlerterDeps extends FactSources, DeliverDeps, Pick<SweepDeps, "feed"> {
  log: Log;
}

const sweepMs = 15_000;
const hourMs = 3_600_000;
const keepMs = 30 * 24 * hourMs;

/** Looks whether anything is the matter, and tells. Every control plane runs one; what is told is told once. */
export function startAlerter(deps: AlerterDeps): Sweeps {
  const { database, feed, clock, log } = deps;
  let prunedAt = Number.NEGATIVE_INFINITY;
  return startSweeps({
    feed,
    everyMs: sweepMs,
    async sweep(signal) {
      const facts = await gatherFacts(deps);
      const now = clock();
      await database.asSystem((store) => evaluate(store, facts, now));
      while (!signal.aborted && (await deliverDue(deps)) > 0);
      if (now.getTime() - prunedAt < hourMs) return;
      prunedAt = now.getTime();
      await database.asSystem((store) => store.alerts.prune(new Date(now.getTime() - keepMs)));
    },
    onFailure: (error) => log.warn({ err: error }, "alerts could not be looked at; the next look is due"),
  });
}
