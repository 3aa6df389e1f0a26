import { AppError, toAppError } from "@agentpod/core/errors";
import type { Json } from "@agentpod/core/operation";
import { podLabel } from "@agentpod/core/pod";
import { sameJson } from "@agentpod/core/same-json";
import type { BackupTrigger, VolumeInBackup } from "@agentpod/core/volume-backup";
import { type VolumeToCopy, volumesToCopy } from "@agentpod/core/volumes-to-copy";
import { OperationCancelled, type Run, StepFailed } from "../workflows/workflow.ts";
import { type Copied, copyVolumes } from "./copy-volumes.ts";
import { notePod } from "./note-pod.ts";
import { openTarget } from "./open-target.ts";
import { readBack } from "./read-back.ts";
import { holdPod, letGo, requireThere, standStill } from "./stand-still.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";
import { withoutWaiting } from "./without-waiting.ts";

export interface BackupInput {
  /** Id of the backup that is made. */
  backup: string;
  pod: string;
  /** Null: the folder of the home. */
  target: string | null;
  live: boolean;
  trigger: BackupTrigger;
  /** What it is called at the target. */
  object: string;
}

interface Begun {
  name: string;
  standsStill: boolean;
  volumes: VolumeToCopy[];
}

const hours = 3600;

/**
 * Makes a backup of a pod's volumes as steps of an operation that has the pod, and reads it back. Whatever fails, the pod goes on
 * as before, nothing stays at the target, and this throws what failed.
 */
export async function backupSteps(deps: VolumeBackupDeps, run: Run, input: BackupInput): Promise<VolumeInBackup[]> {
  const { backup, pod, target, object } = input;
  const begun = await run.change("begin", { message: "Looking at the pod's volumes." }, async (store): Promise<Json> => {
    const found = requireThere(await store.pods.getById(pod));
    const { standsStill, volumes } = volumesToCopy(found, input.live);
    if (volumes.length === 0) throw new AppError("invalid", `${podLabel(found)} has no volume that is backed up.`);
    const { tenantId, tenant, name } = found;
    const row = { id: backup, tenantId, tenant, podId: pod, pod: name, targetId: target, trigger: input.trigger, object };
    await store.volumeBackups.insert({ ...row, operationId: run.id });
    return { name: podLabel(found), standsStill, volumes } as unknown as Json;
  });
  const { name, standsStill, volumes } = begun as unknown as Begun;
  let isHeld = false;
  try {
    if (standsStill) {
      const generation = await holdPod(run, pod, name);
      isHeld = true;
      await standStill(run, pod, name, generation);
    }
    const message = "Copying its volumes.";
    const copied = (await run.step(
      "copy",
      { subject: name, message, withinSeconds: 48 * hours },
      async ({ signal }) => (await withoutWaiting(copyVolumes(deps, input, volumes, signal))) as unknown as Json,
    )) as unknown as Copied;
    if (isHeld) await letGo(run, pod, name, false);
    isHeld = false;
    await run.step("read-back", { subject: name, message: "Reading the backup back.", withinSeconds: 48 * hours }, async ({ signal }) => {
      const read = await withoutWaiting(readBack(deps, { id: backup, targetId: target, object }, signal));
      if (!sameJson(read.volumes, copied.volumes))
        throw new AppError("invalid", "What was read back is not what was written: the target does not keep what it is given.");
      return null;
    });
    await run.change("keep", { subject: name, message: "Keeping it." }, async (store) => {
      await store.volumeBackups.finish(backup, copied);
      const bytes = copied.volumes.reduce((sum, volume) => sum + volume.bytes, 0);
      await store.backupSchedules.note({ podId: pod, unit: null }, "backup", null, deps.clock().toISOString());
      await notePod(store, await store.volumeBackups.get(backup), {
        type: "pod.backup_made",
        result: "ok",
        actor: run.actor,
        message: `backup ${backup} of ${name} was made and read back: ${copied.volumes.length} volumes, ${bytes} bytes`,
        data: { backup, operation: run.id, bytes: copied.bytes },
      });
      return null;
    });
    return copied.volumes;
  } catch (thrown) {
    await undo(deps, run, input, name, isHeld, sentenceOf(thrown));
    throw thrown;
  }
}

async function undo(
  deps: VolumeBackupDeps,
  run: Run,
  { backup, pod, target, object }: BackupInput,
  name: string,
  isHeld: boolean,
  why: string,
) {
  if (isHeld) await letGo(run, pod, name, false);
  const message = "Removing what was copied.";
  await run
    .step("clear", { subject: name, message, evenIfCancelled: true, withinSeconds: 60 }, async () => {
      await withoutWaiting((await openTarget(deps, target)).remove(object));
      return null;
    })
    // A target that is away keeps a file that nothing names; the next backup of the pod is not held up by it.
    .catch((error: unknown) => {
      if (!(error instanceof StepFailed)) throw error;
    });
  await run.change("tell", { subject: name, message: "Telling that it failed.", evenIfCancelled: true }, async (store) => {
    await store.volumeBackups.fail(backup, why);
    await notePod(store, await store.volumeBackups.get(backup), {
      type: "pod.backup_failed",
      result: "failed",
      actor: run.actor,
      message: `backup ${backup} of ${name} failed: ${why}`,
      data: { backup, operation: run.id },
    });
    return null;
  });
}

export const sentenceOf = (thrown: unknown): string =>
  thrown instanceof OperationCancelled ? "It was cancelled." : thrown instanceof StepFailed ? thrown.message : toAppError(thrown).message;
