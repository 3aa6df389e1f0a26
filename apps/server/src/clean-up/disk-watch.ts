import { setTimeout as delay } from "node:timers/promises";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { CleanUpDeps } from "./clean-up-deps.ts";
import { cleanUpEvent } from "./clean-up-event.ts";
import { readCleanUpPolicy } from "./clean-up-settings.ts";
import type { CleanUps } from "./clean-ups.ts";

/** Looks whether there is room before something is built. */
export interface DiskWatch {
  /**
   * Where less is free than the policy wants, what may go is cleaned up first. Throws `unavailable` (the user's to mend) where that is too
   * little still: nothing was made then.
   */
  require(actor: string): Promise<void>;
}

const mebi = 1024 * 1024;
/** So long is waited for a clean-up of somebody else's, and for the room that pods leave in which was built. */
const waitMs = 60_000;

export function diskWatch(deps: CleanUpDeps, cleanUps: Pick<CleanUps, "run">): DiskWatch {
  return {
    async require(actor) {
      const { freeMb } = await deps.database.asSystem(readCleanUpPolicy);
      const end = Date.now() + waitMs;
      for (let isCleaned = false; ; ) {
        const short = await shortOf(deps, freeMb);
        if (short === null) return;
        if (Date.now() >= end || (isCleaned && !(await areCachesGoing(deps)))) throw short;
        if (isCleaned) await delay(500);
        else isCleaned = await clean(deps, cleanUps, actor);
      }
    },
  };
}

/** False while another clean-up is under way, after a moment. One that fails is told to the log: what counts is the room there is then. */
async function clean({ database, log }: CleanUpDeps, cleanUps: Pick<CleanUps, "run">, actor: string): Promise<boolean> {
  try {
    const run = await cleanUps.run(actor);
    await database.asSystem((store) => store.events.append(cleanUpEvent(run)));
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    if (code !== "conflict") log.warn({ problem: message }, "a clean-up before a build failed");
    else await delay(500);
    return code !== "conflict";
  }
  return true;
}

/** Null where there is enough, or where it cannot be seen. */
async function shortOf({ machine, runtime, home }: CleanUpDeps, freeMb: number): Promise<AppError | null> {
  const [own, room] = await Promise.all([machine(), runtime.room()]);
  if (own !== null && own.diskFreeMb < freeMb)
    return tooLittle(`Only ${own.diskFreeMb} MB are free on the disk of ${home.root}; ${freeMb} MB have to be, so nothing was begun.`);
  const free = room === null ? null : Math.floor(room.free / mebi);
  if (free !== null && free < freeMb)
    return tooLittle(`Only ${free} MB are free on the disk where images and pods lie; ${freeMb} MB have to be, so nothing was begun.`);
  return null;
}

const tooLittle = (said: string): AppError =>
  new AppError("unavailable", `${said} Delete what is not needed, add disk, or let less be kept: agentpod clean-up policy.`, {
    fault: "user",
  });

/** Pods in which was built are on their way out. */
async function areCachesGoing({ database }: CleanUpDeps): Promise<boolean> {
  return database.asSystem(async (store) => {
    const building = new Set((await store.cleanUp.facts()).releases.map(({ buildPodId }) => buildPodId));
    return (await store.pods.list({})).some(({ id, desired }) => desired === "deleted" && building.has(id));
  });
}
