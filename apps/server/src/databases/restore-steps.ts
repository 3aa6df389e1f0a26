import { roomForDump } from "@agentpod/core/dump-content";
import { AppError } from "@agentpod/core/errors";
import { podLabel } from "@agentpod/core/pod";
import { postgresHints } from "@agentpod/core/postgres-programs";
import { requireThere } from "../volume-backups/stand-still.ts";
import type { VolumeBackupDeps } from "../volume-backups/volume-backup-deps.ts";
import { withoutWaiting } from "../volume-backups/without-waiting.ts";
import { type Run, StepFailed } from "../workflows/workflow.ts";
import { databaseAt } from "./database-at.ts";
import type { DumpRestoreInput } from "./dump-kinds.ts";
import { openDump } from "./open-dump.ts";
import { restoreProgram } from "./restore-database.ts";
import { forgetTry } from "./try-dump.ts";

const hours = 3600;

/**
 * Puts a dump into the place of what a database holds, as steps of an operation that has its pod: it is loaded beside the present data, and takes its
 * place once all of it is there. Whatever fails before, the present data stays, what was loaded goes, and this throws what failed.
 */
export async function dumpRestoreSteps(deps: VolumeBackupDeps, run: Run, { dump, pod, unit }: DumpRestoreInput): Promise<string> {
  const name = await run.change("look", { message: "Looking at dump and database." }, async (store) => {
    const [found, stored] = [requireThere(await store.pods.getById(pod)), await store.volumeBackups.get(dump)];
    if (stored.state !== "ready") throw new AppError("conflict", `Dump ${dump} is ${stored.state}: only a whole one can be brought back.`);
    return podLabel(found);
  });
  const place = () => deps.database.asSystem(async (store) => databaseAt(store, requireThere(await store.pods.getById(pod)), unit));
  const marked = async (roomKb?: number) => {
    const at = await place();
    return {
      ...at,
      env: { ...at.env, ...postgresHints({ mark: `agentpod operation ${run.id}`, ...(roomKb !== undefined && { roomKb }) }) },
    };
  };
  const load = async (signal: AbortSignal): Promise<void> => {
    const stored = await deps.database.asSystem((store) => store.volumeBackups.get(dump));
    const opened = await openDump(deps, stored, signal);
    try {
      await restoreProgram(deps.runtime, await marked(roomForDump(stored.dump?.size ?? 0)), "load", opened.dump, signal);
      const damage = opened.damage();
      if (damage !== null) throw damage;
    } finally {
      opened.dump.destroy();
    }
  };
  try {
    const about = { subject: name, message: "Loading the dump beside the present data.", withinSeconds: 48 * hours };
    await run.step("load", about, async ({ signal }) => {
      await withoutWaiting(load(signal));
      return null;
    });
    await run.step("use", { subject: name, message: "Putting it into its place." }, async ({ signal }) => {
      // Again where it broke off: its mark says whether it was done.
      await restoreProgram(deps.runtime, await marked(), "use", null, signal);
      return null;
    });
  } catch (thrown) {
    await run
      .step("unload", { subject: name, message: "Dropping what was loaded.", evenIfCancelled: true, withinSeconds: 120 }, async () => {
        await forgetTry(deps.runtime, await place(), "unload");
        return null;
      })
      // Where the database cannot be asked, it goes with the next restore.
      .catch((error: unknown) => {
        if (!(error instanceof StepFailed)) throw error;
      });
    throw thrown;
  }
  return name;
}
