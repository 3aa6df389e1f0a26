/** When backups are made by themselves. Whether they hold the master key, see `BackupStatus`. */
export interface BackupSettings {
  /** Null: never. */
  everyHours: number | null;
  /** How many of those that were made by themselves are kept; others are never removed by themselves. */
  keep: number;
  /** Name of a target of the installation to which every backup is copied; null: none. */
  target: string | null;
}

/** How the backups that are made by themselves fare. */
export interface BackupRuns {
  /** Since when they are wanted; null: they are not. ISO 8601, as all times here. */
  since: string | null;
  /** When the last one was begun. */
  startedAt: string | null;
  lastSuccessAt: string | null;
  /** Of the last one; null: it succeeded, or there was none. */
  failure: { at: string; message: string } | null;
}

export const standardBackupSettings: BackupSettings = { everyHours: null, keep: 7, target: null };
export const noBackupRuns: BackupRuns = { since: null, startedAt: null, lastSuccessAt: null, failure: null };

const hourMs = 3_600_000;
/** One that failed, or was cut off, is tried again this soon, in milliseconds. */
const retryMs = hourMs;

/** When the next one is due, in milliseconds since 1970; null: never. */
export function nextBackupAt(
  { everyHours }: Pick<BackupSettings, "everyHours">,
  { since, startedAt, lastSuccessAt }: BackupRuns,
): number | null {
  if (everyHours === null || since === null) return null;
  // The first is made at once: who asks for backups has none yet.
  const regular = lastSuccessAt === null ? Date.parse(since) : Date.parse(lastSuccessAt) + everyHours * hourMs;
  return startedAt === null ? regular : Math.max(regular, Date.parse(startedAt) + retryMs);
}

/** What is wrong with the backups that are wanted, in a sentence; null: nothing. */
export function backupProblem(settings: Pick<BackupSettings, "everyHours">, runs: BackupRuns, now: Date): string | null {
  if (settings.everyHours === null || runs.since === null) return null;
  if (runs.failure !== null) return `The backup of ${minute(runs.failure.at)} failed: ${runs.failure.message}`;
  const last = runs.lastSuccessAt ?? runs.since;
  if (now.getTime() - Date.parse(last) <= 2 * settings.everyHours * hourMs + hourMs) return null;
  return runs.lastSuccessAt === null ? "No backup has been made yet." : `No backup was made since ${minute(runs.lastSuccessAt)}.`;
}

const minute = (at: string): string => `${at.slice(0, 16).replace("T", " ")} UTC`;
