import type { Readable } from "node:stream";
import { type ReadDump, readDump } from "@agentpod/backup/read-dump";
import { backupKeyOf } from "@agentpod/backup/volumes-header";
import { AppError } from "@agentpod/core/errors";
import type { VolumeBackup } from "@agentpod/core/volume-backup";
import { openTarget } from "../volume-backups/open-target.ts";
import type { VolumeBackupDeps } from "../volume-backups/volume-backup-deps.ts";

export interface OpenedDump {
  /** As its program wrote it; fails where it is not whole, or not the one that was kept. */
  dump: Readable;
  /** What is wrong with it, as far as it was read; null: nothing. */
  damage(): AppError | null;
}

/** Opens a kept dump at its target. Throws `not_found` where it is gone, `invalid` where it cannot be opened, `unavailable` where the target is away. */
export async function openDump(
  deps: VolumeBackupDeps,
  { id, targetId, object, dump }: Pick<VolumeBackup, "id" | "targetId" | "object" | "dump">,
  signal: AbortSignal,
): Promise<OpenedDump> {
  const content = await (await openTarget(deps, targetId)).read(object);
  let damage: AppError | null = null;
  try {
    const keys = [deps.masterKey.current, ...deps.masterKey.older];
    const read = await readDump(content, (header) => backupKeyOf(header, keys));
    if (read.header.backup !== id) throw new AppError("invalid", "Another backup lies at the target under its name.");
    const stop = (): void => void content.destroy(new AppError("unavailable", "Reading the dump was broken off."));
    signal.addEventListener("abort", stop, { once: true });
    read.dump.on("error", (error) => {
      if (error instanceof AppError && error.code === "invalid") damage = error;
    });
    read.dump.on("close", () => {
      signal.removeEventListener("abort", stop);
      content.destroy();
    });
    return { dump: read.dump, damage: () => damage ?? other(read, dump) };
  } catch (error) {
    content.destroy();
    throw error;
  }
}

/** Of what was read to its end. */
function other({ dump, sum }: ReadDump, wanted: VolumeBackup["dump"]): AppError | null {
  if (!dump.readableEnded || sum().digest === wanted?.digest) return null;
  return new AppError("invalid", "The backup is whole, but is not the one that was made.");
}
