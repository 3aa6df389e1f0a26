import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BackupHeader } from "@agentpod/backup/backup-header";
import { readHeader } from "@agentpod/backup/read-backup";
import type { BackupView } from "@agentpod/core/api/backup-view";
import { AppError, toAppError } from "@agentpod/core/errors";
import { reapParts, syncFolder } from "@agentpod/host/save-backup";

/** `agentpod-<time>.tar`, or `…-scheduled.tar`: sorted by name they are sorted by time. */
const pattern = /^agentpod-\d{8}T\d{9}Z(-scheduled)?\.tar$/;

/** The name of a backup made now. */
export function backupName(createdAt: string, trigger: BackupHeader["trigger"]): string {
  return `agentpod-${createdAt.replaceAll(/[-:.]/g, "")}${trigger === "schedule" ? "-scheduled" : ""}.tar`;
}

/** Backups in a folder of this machine. */
export interface StoredBackups {
  /** The newest first. One that cannot be read says why. */
  list(): Promise<BackupView[]>;
  /** Where a backup lies; `not_found` for a name that none has. */
  path(name: string): Promise<string>;
  /** Where a new one is to be written. */
  newPath(name: string): Promise<string>;
  remove(name: string): Promise<void>;
  /** Removes all but the newest of those made by themselves; gives their names. */
  prune(keep: number): Promise<string[]>;
  /** Removes what a killed server left unfinished. */
  reap(): Promise<void>;
}

export function storedBackups(folder: string): StoredBackups {
  const names = async () =>
    (await readdir(folder).catch(() => []))
      .filter((name) => pattern.test(name))
      .sort()
      .reverse();
  const remove = async (name: string) => {
    await rm(join(folder, name), { force: true });
    await syncFolder(folder);
  };
  const path = async (name: string) => {
    if (!(await names()).includes(name))
      throw new AppError("not_found", `There is no backup ${name.slice(0, 80)}; agentpod backup list shows those there are.`);
    return join(folder, name);
  };
  return {
    list: async () => Promise.all((await names()).map((name) => view(folder, name))),
    path,
    async newPath(name) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return join(folder, name);
    },
    remove: async (name) => {
      await path(name);
      await remove(name);
    },
    async prune(keep) {
      const old = (await names()).filter((name) => name.endsWith("-scheduled.tar")).slice(keep);
      for (const name of old) await remove(name);
      return old;
    },
    reap: () => reapParts(folder),
  };
}

async function view(folder: string, name: string): Promise<BackupView> {
  const bytes = (await stat(join(folder, name)).catch(() => null))?.size ?? 0;
  try {
    const { createdAt, agentpod, trigger, key } = await readHeader(join(folder, name));
    return { name, bytes, createdAt, agentpod, trigger, hasKey: key !== null, problem: null };
  } catch (error) {
    return { name, bytes, createdAt: null, agentpod: null, trigger: null, hasKey: false, problem: toAppError(error).message };
  }
}
