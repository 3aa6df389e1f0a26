import { AppError } from "@agentpod/core/errors";
import type { Json } from "@agentpod/core/operation";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { volumeKey } from "@agentpod/core/volume-backup";
import { copiesOf } from "@agentpod/core/volume-copy";
import type { Run } from "../workflows/workflow.ts";
import { fillVolumes } from "./fill-volumes.ts";
import { holdPod, letGo, requireThere, standStill } from "./stand-still.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";
import { withoutWaiting } from "./without-waiting.ts";

const hours = 3600;

/**
 * Brings a backup into a pod as steps of an operation that has it: the pod stands still, new copies of its volumes are filled
 * beside the old ones, and count once they are whole. The old ones stay until the pod is up with the new. Whatever fails, it goes
 * on with what it had, and this throws what failed.
 */
export async function restoreSteps(deps: VolumeBackupDeps, run: Run, { backup, pod }: { backup: string; pod: string }): Promise<void> {
  const { name, before } = (await run.change("look", { message: "Looking at backup and pod." }, async (store) => {
    const [found, stored] = [requireThere(await store.pods.getById(pod)), await store.volumeBackups.get(backup)];
    if (stored.state !== "ready")
      throw new AppError("conflict", `Backup ${backup} is ${stored.state}: only a whole one can be brought back.`);
    const known = new Set(found.spec.units.flatMap((unit) => unit.volumes.map((volume) => volumeKey(unit.name, volume.name))));
    if (!stored.volumes.some(({ unit, volume }) => known.has(volumeKey(unit, volume))))
      throw new AppError("conflict", `${podLabel(found)} has none of the volumes that are in the backup.`);
    return { name: podLabel(found), before: found.volumeCopies };
  })) as { name: string; before: Pod["volumeCopies"] };
  let isUsed = false;
  try {
    await standStill(run, pod, name, await holdPod(run, pod, name));
    await fill(deps, run, backup, pod, name);
    const generation = await letGo(run, pod, name, true);
    isUsed = true;
    await comesUp(run, pod, name, generation ?? 0);
  } catch (thrown) {
    if (isUsed) await putBack(run, pod, name, before);
    else await letGo(run, pod, name, false);
    throw thrown;
  }
}

/** Fills new copies of the pod's volumes while it stands still for this operation. */
export async function fill(deps: VolumeBackupDeps, run: Run, backup: string, pod: string, name: string): Promise<void> {
  const copies = (await run.step("choose", { subject: name, message: "Choosing where to." }, async () => {
    const { volumes: observed } = await deps.runtime.observe([pod]);
    const [stored, there] = await deps.database.asSystem(async (store) => [
      await store.volumeBackups.get(backup),
      await store.pods.getById(pod),
    ]);
    const wanted = stored.volumes.filter(({ unit, volume }) =>
      there.spec.units.some((one) => one.name === unit && one.volumes.some((other) => other.name === volume)),
    );
    return Object.fromEntries(
      wanted.map(({ unit, volume }) => {
        const key = volumeKey(unit, volume);
        return [key, Math.max(there.volumeCopies[key] ?? 0, ...copiesOf(unit, volume, observed)) + 1];
      }),
    );
  })) as Record<string, number>;
  const generation = await run.change("make", { subject: name, message: "Making new volumes." }, async (store) => {
    return (await store.pods.fillCopies(pod, run.id, copies)).generation;
  });
  await standStill(run, pod, name, generation);
  await run.step("fill", { subject: name, message: "Bringing the data back.", withinSeconds: 48 * hours }, async ({ signal }) => {
    await withoutWaiting(fillVolumes(deps, { backup, pod, copies }, signal));
    return null;
  });
}

/** Waits until a pod that is to run does, with all of its units healthy. Throws where it fails. */
export async function comesUp(run: Run, pod: string, name: string, generation: number): Promise<void> {
  await run.step("come-up", { subject: name, message: "Waiting until it is healthy.", withinSeconds: 1800 }, (at) =>
    at.until(async (store) => {
      const { desired, status } = requireThere(await store.pods.getById(pod));
      if (desired !== "running") return { is: "done", value: null };
      const isSeen = status.observedGeneration >= generation;
      if (isSeen && (status.phase === "running" || status.phase === "succeeded")) return { is: "done", value: null };
      if (isSeen && status.phase === "failing")
        throw new AppError("conflict", `With the data of the backup it does not come up: ${status.message}`);
      return { is: "waiting", message: status.message };
    }),
  );
}

/** What the pod had before counts again: it is still there, for the pod was not up without it. */
async function putBack(run: Run, pod: string, subject: string, before: Pod["volumeCopies"]): Promise<void> {
  const about = { subject, message: "Putting back what it had.", evenIfCancelled: true };
  await run.change("put-back", about, async (store): Promise<Json> => {
    const [there] = await store.pods.facts([pod]);
    if (there === undefined || there.pod.desired === "deleted") return null;
    await store.pods.hold(pod, run.id);
    const back = Object.fromEntries(Object.keys(there.pod.volumeCopies).map((key) => [key, before[key] ?? 0]));
    await store.pods.fillCopies(pod, run.id, back);
    await store.pods.unhold(pod, run.id, true);
    return null;
  });
}
