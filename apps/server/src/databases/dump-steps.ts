import { AppError } from "@agentpod/core/errors";
import type { Json } from "@agentpod/core/operation";
import { podLabel } from "@agentpod/core/pod";
import { sentenceOf } from "../volume-backups/backup-steps.ts";
import { notePod } from "../volume-backups/note-pod.ts";
import { openTarget } from "../volume-backups/open-target.ts";
import { requireThere } from "../volume-backups/stand-still.ts";
import type { VolumeBackupDeps } from "../volume-backups/volume-backup-deps.ts";
import { withoutWaiting } from "../volume-backups/without-waiting.ts";
import { type Run, StepFailed } from "../workflows/workflow.ts";
import { checkSteps } from "./check-steps.ts";
import type { DumpInput } from "./dump-kinds.ts";
import { type KeptDump, keepDump } from "./keep-dump.ts";
import { requirePostgresUnit } from "./postgres-unit.ts";

const hours = 3600;

/**
 * Makes a dump of a pod's database as steps of an operation that has the pod, and tries it out; only then it counts. Whatever fails, nothing stays at
 * the target, and this throws what failed.
 */
export async function dumpSteps(deps: VolumeBackupDeps, run: Run, input: DumpInput): Promise<KeptDump["dump"]> {
  const { dump, pod, unit, target, object } = input;
  const name = await run.change("begin", { message: "Looking at the database." }, async (store) => {
    const found = requireThere(await store.pods.getById(pod));
    requirePostgresUnit(found, unit);
    const { tenantId, tenant } = found;
    const row = { id: dump, tenantId, tenant, podId: pod, pod: found.name, unit, targetId: target, trigger: input.trigger, object };
    await store.volumeBackups.insert({ ...row, operationId: run.id });
    return podLabel(found);
  });
  try {
    const about = { subject: name, message: "Dumping it.", withinSeconds: 48 * hours };
    const kept = (await run.step(
      "dump",
      about,
      async ({ signal }) => (await withoutWaiting(keepDump(deps, input, signal))) as unknown as Json,
    )) as unknown as KeptDump;
    await run.change("note-dump", { subject: name, message: "Noting what is in it." }, async (store) => {
      await store.volumeBackups.saveDump(dump, kept);
      return null;
    });
    const tried = await checkSteps(deps, run, dump, name);
    await run.change("keep", { subject: name, message: "Keeping it." }, async (store) => {
      if (tried.is !== "passed") throw new AppError("invalid", tried.message);
      const { at, message, seconds } = tried;
      await store.volumeBackups.finish(dump, { bytes: kept.bytes, volumes: [] });
      await store.volumeBackups.saveDrill(dump, { at, isPassed: true, message, seconds });
      for (const kind of ["backup", "drill"] as const)
        await store.backupSchedules.note({ podId: pod, unit }, kind, null, deps.clock().toISOString());
      const { tables, rows } = kept.dump;
      await notePod(store, await store.volumeBackups.get(dump), {
        type: "pod.dump_made",
        result: "ok",
        actor: run.actor,
        message: `dump ${dump} of ${unit} of ${name} was made and tried out: ${tables} tables, ${rows} rows`,
        data: { dump, unit, operation: run.id, bytes: kept.bytes },
      });
      return null;
    });
    return kept.dump;
  } catch (thrown) {
    await undo(deps, run, input, name, sentenceOf(thrown));
    throw thrown;
  }
}

async function undo(deps: VolumeBackupDeps, run: Run, { dump, unit, target, object }: DumpInput, name: string, why: string) {
  await run
    .step("clear", { subject: name, message: "Removing what was written.", evenIfCancelled: true, withinSeconds: 60 }, async () => {
      await withoutWaiting((await openTarget(deps, target)).remove(object));
      return null;
    })
    // A target that is away keeps a file that nothing names; the next dump is not held up by it.
    .catch((error: unknown) => {
      if (!(error instanceof StepFailed)) throw error;
    });
  await run.change("tell", { subject: name, message: "Telling that it failed.", evenIfCancelled: true }, async (store) => {
    await store.volumeBackups.fail(dump, why);
    await notePod(store, await store.volumeBackups.get(dump), {
      type: "pod.dump_failed",
      result: "failed",
      actor: run.actor,
      message: `dump ${dump} of ${unit} of ${name} failed: ${why}`,
      data: { dump, unit, operation: run.id },
    });
    return null;
  });
}
