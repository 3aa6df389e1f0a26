import { type ReadVolumes, readVolumes, type VolumesReader } from "@agentpod/backup/read-volumes";
import { backupKeyOf, type PodInBackup } from "@agentpod/backup/volumes-header";
import { AppError } from "@agentpod/core/errors";
import type { VolumeBackup } from "@agentpod/core/volume-backup";
import { openTarget } from "./open-target.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";

type Readable = Pick<VolumeBackup, "id" | "targetId" | "object">;

/** Reads a backup at its target to its end and checks all of it; what is in it goes to `take`. Throws `invalid` with what is wrong. */
export async function readBack(
  deps: VolumeBackupDeps,
  backup: Readable,
  signal: AbortSignal,
  reader: Pick<VolumesReader, "take" | "pod"> = {},
): Promise<ReadVolumes> {
  const target = await openTarget(deps, backup.targetId);
  const content = await target.read(backup.object);
  const stop = (): void => void content.destroy(new Error("Reading the backup was broken off."));
  signal.addEventListener("abort", stop, { once: true });
  try {
    const read = await readVolumes(content, {
      ...reader,
      key: (header) => backupKeyOf(header, [deps.masterKey.current, ...deps.masterKey.older]),
    });
    if (read.header.backup !== backup.id) throw new AppError("invalid", "Another backup lies at the target under its name.");
    return read;
  } finally {
    signal.removeEventListener("abort", stop);
    content.destroy();
  }
}

class Enough extends Error {}

/** What a backup says of its pod; its volumes are not read. */
export async function readPod(deps: VolumeBackupDeps, backup: Readable, signal: AbortSignal): Promise<PodInBackup> {
  let found: PodInBackup | null = null;
  await readBack(deps, backup, signal, {
    async pod(pod) {
      found = pod;
      throw new Enough();
    },
  }).catch((error: unknown) => {
    if (!(error instanceof Enough)) throw error;
  });
  if (found === null) throw new AppError("invalid", "The backup does not say what its pod was.");
  return found;
}
