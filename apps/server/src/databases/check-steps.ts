import { missingInDump, roomForDump } from "@agentpod/core/dump-content";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { VolumeBackup } from "@agentpod/core/volume-backup";
import type { VolumeBackupDeps } from "../volume-backups/volume-backup-deps.ts";
import { withoutWaiting } from "../volume-backups/without-waiting.ts";
import { type Run, StepFailed } from "../workflows/workflow.ts";
import { databaseAt } from "./database-at.ts";
import { openDump } from "./open-dump.ts";
import { forgetTry, tryDump } from "./try-dump.ts";

/** What came of trying a dump out. `unfit`: it is whole, and yet did not become what it was. */
export interface TriedOut {
  is: "passed" | "unfit" | "damaged";
  message: string;
  at: string;
  seconds: number;
}

const hours = 3600;

/**
 * Reads a dump back and restores it into a throw-away database beside its own, as steps of an operation; that database is dropped whatever comes of
 * it. Of a pod that is gone the dump is only read. Throws where it could not be tried: the target is away, the database does not run.
 */
export async function checkSteps(deps: VolumeBackupDeps, run: Run, dump: string, subject: string): Promise<TriedOut> {
  await run.change("note-check", { subject, message: "Noting that it is tried out." }, async (store) => {
    await store.volumeBackups.setCheckedBy(dump, run.id);
    return null;
  });
  try {
    const about = { subject, message: "Reading the dump back into a database of its own.", withinSeconds: 48 * hours };
    return (await run.step("check", about, async ({ signal }) => ({
      ...(await withoutWaiting(check(deps, dump, signal))),
    }))) as unknown as TriedOut;
  } finally {
    const about = { subject, message: "Dropping that database.", evenIfCancelled: true, withinSeconds: 120 };
    await run
      .step("forget", about, async () => {
        await forget(deps, dump);
        return null;
      })
      // The sweep drops it once the database can be asked again.
      .catch((error: unknown) => {
        if (!(error instanceof StepFailed)) throw error;
      });
  }
}

async function check(deps: VolumeBackupDeps, id: string, signal: AbortSignal): Promise<TriedOut> {
  const { clock, database, runtime } = deps;
  const began = clock().getTime();
  const told = (is: TriedOut["is"], message: string): TriedOut => ({
    ...{ is, message, at: clock().toISOString() },
    seconds: Math.round((clock().getTime() - began) / 1000),
  });
  const { stored, counts, at } = await database.asSystem(async (store) => {
    const stored = await store.volumeBackups.get(id);
    return { stored, counts: await store.volumeBackups.counts(id), at: await placeOf(store, stored) };
  });
  const opened = await openDump(deps, stored, signal).catch((thrown: unknown) => toAppError(thrown));
  if (opened instanceof AppError) {
    if (opened.code === "invalid" || opened.code === "not_found") return told("damaged", opened.message);
    throw opened;
  }
  try {
    if (at === null) for await (const _ of opened.dump);
    const found = at === null ? counts : await tryDump(runtime, at, opened.dump, roomForDump(stored.dump?.size ?? 0), signal);
    const damage = opened.damage();
    if (damage !== null) return told("damaged", damage.message);
    const missing = missingInDump(counts, found);
    if (missing !== null) return told("unfit", missing);
  } catch (thrown) {
    const damage = opened.damage();
    if (damage !== null) return told("damaged", damage.message);
    const error = toAppError(thrown);
    if (error.code === "invalid") return told("unfit", error.message);
    throw thrown;
  } finally {
    opened.dump.destroy();
  }
  const { tables = 0, rows = 0 } = stored.dump ?? {};
  return told(
    "passed",
    at === null
      ? "It was read back and is whole. Its database is gone: it was not restored."
      : `It was restored into a database of its own, and all ${tables} tables with ${rows} rows were there; that database was dropped again.`,
  );
}

/** Where a dump's own database runs; null: its pod is gone. */
async function placeOf(store: Parameters<Parameters<VolumeBackupDeps["database"]["asSystem"]>[0]>[0], stored: VolumeBackup) {
  const [there] = await store.pods.facts([stored.podId]);
  if (there === undefined || there.pod.desired === "deleted") return null;
  return databaseAt(store, await store.pods.getById(stored.podId), stored.unit ?? "");
}

/** Drops what trying a dump out may have left beside its database. Again: no effect. Throws where the database cannot be asked now. */
export async function forget(deps: Pick<VolumeBackupDeps, "database" | "runtime">, id: string): Promise<void> {
  const at = await deps.database.asSystem(async (store) => placeOf(store, await store.volumeBackups.get(id)));
  if (at !== null) await forgetTry(deps.runtime, at);
  await deps.database.asSystem((store) => store.volumeBackups.setCheckedBy(id, null));
}
