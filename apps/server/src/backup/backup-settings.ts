import { type BackupRuns, type BackupSettings, noBackupRuns, standardBackupSettings } from "@agentpod/core/backup";
import type { Store } from "@agentpod/core/store";

export const backupSettingsKey = "backups";
export const backupRunsKey = "backups.runs";

/** What the admin set, over what is so unless set. */
export async function readBackupSettings(store: Pick<Store, "settings">): Promise<BackupSettings> {
  return { ...standardBackupSettings, ...((await store.settings.find(backupSettingsKey)) as Partial<BackupSettings> | null) };
}

/** How the backups that are made by themselves fare, for all control planes together. */
export async function readBackupRuns(store: Pick<Store, "settings">): Promise<BackupRuns> {
  return { ...noBackupRuns, ...((await store.settings.find(backupRunsKey)) as Partial<BackupRuns> | null) };
}
