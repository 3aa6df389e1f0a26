import { newBackupKey, type VolumesHeader } from "@agentpod/backup/volumes-header";
import { type VolumeSource, writeVolumes } from "@agentpod/backup/write-volumes";
import type { VolumeInBackup } from "@agentpod/core/volume-backup";
import type { VolumeToCopy } from "@agentpod/core/volumes-to-copy";
import packageJson from "../../package.json" with { type: "json" };
import { openTarget } from "./open-target.ts";
import { runBackupCommand } from "./run-backup-command.ts";
import { requireThere } from "./stand-still.ts";
import { unitVolume } from "./unit-volume.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";

export interface Copied {
  bytes: number;
  volumes: VolumeInBackup[];
}

/** Copies volumes of a pod to a target. Again, after it was broken off: from the start. */
export async function copyVolumes(
  deps: VolumeBackupDeps,
  { backup, pod: podId, target: targetId, object }: { backup: string; pod: string; target: string | null; object: string },
  wanted: readonly VolumeToCopy[],
  signal: AbortSignal,
): Promise<Copied> {
  const { runtime, database, masterKey } = deps;
  const { pod, secrets } = await database.asSystem(async (store) => ({
    pod: requireThere(await store.pods.getById(podId)),
    secrets: await store.secrets.reveal(podId),
  }));
  const { volumes: observed } = await runtime.observe([podId]);
  const sources = await Promise.all(
    wanted.map(async ({ unit, volume, how, command }): Promise<VolumeSource> => {
      if (command) await runBackupCommand(runtime, await unitVolume(runtime, pod, { unit, volume }, observed), command.argv, signal);
      const { id, path } = await unitVolume(runtime, pod, { unit, volume, ...(command && { folder: command.folder }) }, observed);
      return { unit, volume, how, open: () => runtime.readFiles(id, path) };
    }),
  );
  const target = await openTarget(deps, targetId);
  await target.remove(object);
  const { key, kept } = newBackupKey(masterKey.current, backup);
  const header: VolumesHeader = {
    kind: "agentpod-volumes",
    format: 1,
    agentpod: packageJson.version,
    createdAt: deps.clock().toISOString(),
    installation: deps.installation,
    backup,
    tenant: pod.tenant,
    pod: pod.name,
    podId,
    ...kept,
  };
  const { spec, template, inputs, generation } = pod;
  const written = writeVolumes(header, key, { spec, template, inputs, generation, secrets }, sources);
  const stop = (): void => void written.content.destroy(new Error("The backup was broken off."));
  signal.addEventListener("abort", stop, { once: true });
  try {
    const bytes = await target.put(object, written.content);
    return { bytes, volumes: written.volumes() };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
