import type { Json } from "@agentpod/core/operation";
import type { Run } from "../workflows/workflow.ts";
import { createCopy } from "./create-copy.ts";
import { readPod } from "./read-back.ts";
import { comesUp, fill } from "./restore-steps.ts";
import { letGo, standStill } from "./stand-still.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";
import { withoutWaiting } from "./without-waiting.ts";

export interface CopyInput {
  backup: string;
  /** Id of the pod that is made. */
  pod: string;
  tenant: string;
  name: string;
  isDrill: boolean;
}

/**
 * Makes a new pod from a backup as steps of an operation, and waits until it is healthy. Whatever fails, the new pod is deleted
 * again, and this throws what failed.
 */
export async function copySteps(deps: VolumeBackupDeps, run: Run, { backup, pod, tenant, name, isDrill }: CopyInput): Promise<void> {
  const label = `${tenant}/${name}`;
  try {
    const generation = await run.step("create", { subject: label, message: "Making the pod." }, async ({ signal }) => {
      const stored = await deps.database.asSystem((store) => store.volumeBackups.get(backup));
      // Secrets are in it: they go from the backup into the database and through no step's outcome.
      const inBackup = await withoutWaiting(readPod(deps, stored, signal));
      return deps.database.asSystem(async (store) => {
        await createCopy(deps, store, inBackup, { id: pod, tenant, name, actor: run.actor, isDrill }, run.id);
        return (await store.pods.getById(pod)).generation;
      });
    });
    await standStill(run, pod, label, generation);
    await fill(deps, run, backup, pod, label);
    await comesUp(run, pod, label, (await letGo(run, pod, label, true)) ?? 0);
  } catch (thrown) {
    await deletePod(run, pod, label);
    throw thrown;
  }
}

/** Deletes a pod with its data; what is gone already is no failure. */
export const deletePod = (run: Run, pod: string, subject: string): Promise<Json> =>
  run.change("delete", { subject, message: "Deleting it.", evenIfCancelled: true }, async (store) => {
    const [there] = await store.pods.facts([pod]);
    if (there !== undefined && there.pod.desired !== "deleted") await store.pods.setDesired(pod, "deleted", false);
    return null;
  });
