import { type Sweeps, startSweeps } from "../start-sweeps.ts";
import type { CleanUpDeps } from "./clean-up-deps.ts";
import { cleanUpEvent } from "./clean-up-event.ts";
import { findCleanUpRuns, readCleanUpPolicy, writeCleanUpRuns } from "./clean-up-settings.ts";
import type { CleanUps } from "./clean-ups.ts";

const everyMs = 60_000;

/** Cleans up as often as the policy says. Every control plane runs one; the first finds what the others then need not. */
export function startCleanUpSweep(deps: CleanUpDeps, cleanUps: CleanUps): Sweeps {
  return startSweeps({
    // By the clock alone: nothing that happens makes a clean-up due.
    feed: { subscribe: () => () => undefined },
    everyMs,
    sweep: async () => void (await sweepCleanUps(deps, cleanUps)),
    onFailure: (error) => deps.log.warn({ err: error }, "a clean-up that was due failed; the next look is due"),
  });
}

/** Makes one if it is due; gives whether it was. The first is due a while after the first look, so that a new installation is not searched. */
export async function sweepCleanUps({ database, clock }: CleanUpDeps, cleanUps: CleanUps): Promise<boolean> {
  const { policy, runs } = await database.asSystem(async (store) => {
    const known = await findCleanUpRuns(store);
    if (known === null) await writeCleanUpRuns(store, { since: clock().toISOString(), last: null }, "system");
    return { policy: await readCleanUpPolicy(store), runs: known };
  });
  if (policy.everyHours === null || runs === null) return false;
  if (clock().getTime() - Date.parse(runs.last?.at ?? runs.since) < policy.everyHours * 3_600_000) return false;
  const run = await cleanUps.run("system");
  await database.asSystem((store) => store.events.append(cleanUpEvent(run)));
  return true;
}
