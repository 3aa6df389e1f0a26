import { volumeKey } from "@agentpod/core/volume-backup";
import { readBack } from "./read-back.ts";
import { requireThere } from "./stand-still.ts";
import { unitVolume } from "./unit-volume.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";

/**
 * Unpacks a backup into the copies that a pod holds for it (by `<unit>/<volume>`); other volumes of the backup are passed over.
 * Again: the same files once more. Throws `invalid` where the backup is not whole, which is known only at its end.
 */
export async function fillVolumes(
  deps: VolumeBackupDeps,
  { backup, pod: podId, copies }: { backup: string; pod: string; copies: Record<string, number> },
  signal: AbortSignal,
): Promise<void> {
  const { runtime, database } = deps;
  const [pod, stored] = await database.asSystem(async (store) => [
    requireThere(await store.pods.getById(podId)),
    await store.volumeBackups.get(backup),
  ]);
  const { volumes: observed } = await runtime.observe([podId]);
  await readBack(deps, stored, signal, {
    async take({ unit, volume }, tar) {
      if (copies[volumeKey(unit, volume)] === undefined) {
        for await (const _ of tar);
        return;
      }
      const { id, path } = await unitVolume(runtime, pod, { unit, volume }, observed);
      await runtime.writeFiles(id, path, tar, "any");
    },
  });
}
