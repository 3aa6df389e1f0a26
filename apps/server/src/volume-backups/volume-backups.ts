import type { S3Credentials, TargetConfig } from "@agentpod/core/backup-target";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { VolumeBackup } from "@agentpod/core/volume-backup";
import { openTarget, targetOf } from "./open-target.ts";
import { readBack } from "./read-back.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";

/** What the API asks of backups of volumes beyond rows and operations. Whose they are was looked at before. */
export interface VolumeBackups {
  /** Reads all of it back. Throws `invalid` with what is wrong, which is noted then. */
  verify(backup: VolumeBackup, signal: AbortSignal): Promise<void>;
  /** At the target and in the list; where the target is away, the list says so until it is done. `conflict` while it is made. */
  remove(backup: VolumeBackup): Promise<void>;
  /** Writes, reads and removes something at a target that is to be. Throws what is wrong. */
  test(config: TargetConfig, credentials: S3Credentials | null): Promise<void>;
}

export function volumeBackups(deps: VolumeBackupDeps): VolumeBackups {
  const { database } = deps;
  return {
    async verify(backup, signal) {
      if (backup.state !== "ready")
        throw new AppError("conflict", `Backup ${backup.id} is ${backup.state}: there is nothing whole to verify.`);
      try {
        const { volumes } = await readBack(deps, backup, signal);
        if (JSON.stringify(volumes.map(({ digest }) => digest)) !== JSON.stringify(backup.volumes.map(({ digest }) => digest)))
          throw new AppError("invalid", "The backup is whole, but is not the one that was made.");
      } catch (thrown) {
        const { code, message } = toAppError(thrown);
        if (code === "invalid" || code === "not_found")
          await database.asSystem((store) => store.volumeBackups.markDamaged(backup.id, message));
        throw thrown;
      }
      await database.asSystem((store) => store.volumeBackups.markVerified(backup.id));
    },
    async remove(backup) {
      if (backup.state === "running")
        throw new AppError("conflict", `Backup ${backup.id} is being made: cancel its operation first, or wait until it is done.`);
      await database.asSystem((store) => store.volumeBackups.markDeleting(backup.id));
      await removeBackup(deps, backup);
    },
    async test(config, credentials) {
      await (await targetOf(deps, config, credentials)).test();
    },
  };
}

/** What lies at the target first: a row that is gone names nothing any more. Again: no effect. */
export async function removeBackup(deps: VolumeBackupDeps, { id, targetId, object }: VolumeBackup): Promise<void> {
  await (await openTarget(deps, targetId)).remove(object);
  await deps.database.asSystem((store) => store.volumeBackups.delete(id));
}
