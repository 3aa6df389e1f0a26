import type { DumpContent } from "./dump-content.ts";

/** How the copy of a volume came to be consistent: its pod stood still, nothing was done, or a command of its own made it. */
export const consistencies = ["stopped", "live", "command"] as const;
export type Consistency = (typeof consistencies)[number];

/** One volume as it lies in a backup. */
export interface VolumeInBackup {
  unit: string;
  volume: string;
  how: Consistency;
  /** Files, folders and links. */
  entries: number;
  /** Of the files' content. */
  bytes: number;
  /** SHA-256 over the list of all entries: name, kind, mode, owner, size, link and the SHA-256 of the content. */
  digest: string;
}

export const backupTriggers = ["request", "schedule", "upgrade"] as const;
export type BackupTrigger = (typeof backupTriggers)[number];

/** How a rehearsal of the restore went. */
export interface DrillReport {
  at: string;
  isPassed: boolean;
  /** One sentence for people. */
  message: string;
  /** From its begin until the throw-away pod was healthy, or was given up. */
  seconds: number;
}

/** A backup of one pod: of its volumes, or a dump of a database of it. It outlives the pod. */
export interface VolumeBackup {
  id: string;
  tenantId: string;
  tenant: string;
  podId: string;
  /** Name of the pod, kept after it is gone. */
  pod: string;
  /** The database that it is a dump of; null: it is of the volumes. */
  unit: string | null;
  /** Where it lies; null: the folder of the installation's home. */
  target: string | null;
  targetId: string | null;
  trigger: BackupTrigger;
  /** `ready` is said only of what was read back. */
  state: "running" | "ready" | "failed" | "deleting";
  /** Why it failed, or what it does now; empty: nothing to say. */
  message: string;
  /** Its name at the target. */
  object: string;
  /** As it lies there; null until it does. */
  bytes: number | null;
  volumes: VolumeInBackup[];
  /** What is in a dump; null for volumes, and until it is made. */
  dump: DumpContent | null;
  createdAt: string;
  finishedAt: string | null;
  /** When all of it was last read back and was whole. */
  verifiedAt: string | null;
  /** Of a dump: how its last restore into a throw-away database went. */
  drill: DrillReport | null;
  /** The operation that makes it. */
  operationId: string | null;
  /** The operation whose throw-away database may still stand beside the dump's own; null: none. */
  checkedBy: string | null;
}

/** Whose schedule it is: that of a pod's volumes (`unit` null), or of one of its databases. */
export interface ScheduleOf {
  podId: string;
  unit: string | null;
}

/** How many are kept of those that a schedule made: the newest in each of so many hours, days, weeks and months that have one. */
export interface Retention {
  last: number;
  daily: number;
  weekly: number;
  monthly: number;
}

/** When backups of a pod, or dumps of a database of it, are made by themselves, and rehearsed. */
export interface BackupSchedule extends ScheduleOf {
  tenantId: string;
  tenant: string;
  pod: string;
  target: string | null;
  targetId: string | null;
  /** Five fields, as of cron; read in `timeZone`. */
  cron: string;
  timeZone: string;
  live: boolean;
  keep: Retention;
  /** When the newest is restored into a throw-away pod, or database; null: never. */
  drillCron: string | null;
  /** The database is not to run, and is not dumped until it does. Never of volumes. */
  rests: boolean;
  /** Since when the database runs; null: it does not. Never of volumes. */
  upSince: string | null;
  nextAt: string;
  nextDrillAt: string | null;
  lastSuccessAt: string | null;
  /** Of the last run; null: it went well, or there was none. */
  failure: { at: string; message: string } | null;
  /** The same of drills. */
  drillFailure: { at: string; message: string } | null;
  createdAt: string;
}

export const standardRetention: Retention = { last: 7, daily: 7, weekly: 4, monthly: 6 };

/** A backup that was to be made at a time counts as missed when it was not begun this long after, in milliseconds. */
export const backupMissedMs = 30 * 60_000;

/** What is wrong with the backups of a pod that are to be made by themselves, in a sentence; null: nothing. */
export function scheduleProblem(
  schedule: Pick<BackupSchedule, "unit" | "failure" | "drillFailure" | "nextAt" | "rests" | "upSince">,
  now: Date,
): string | null {
  const { unit, failure, drillFailure, nextAt, rests } = schedule;
  const isMissed = !rests && isLate(schedule, now);
  if (unit !== null) {
    if (failure !== null) return `The dump of ${unit} of ${minute(failure.at)} failed: ${failure.message}`;
    if (isMissed) return `The dump of ${unit} that was due at ${minute(nextAt)} was not made.`;
    if (drillFailure !== null)
      return `The check of the newest dump of ${unit} of ${minute(drillFailure.at)} failed: ${drillFailure.message}`;
    return null;
  }
  if (failure !== null) return `The backup of ${minute(failure.at)} failed: ${failure.message}`;
  if (isMissed) return `The backup that was due at ${minute(nextAt)} was not made.`;
  if (drillFailure !== null) return `The restore drill of ${minute(drillFailure.at)} failed: ${drillFailure.message}`;
  return null;
}

/** Whether a run that is due should have begun long ago; that of a database that woke since is due since then. */
export const isLate = ({ nextAt, upSince }: Pick<BackupSchedule, "nextAt" | "upSince">, now: Date): boolean =>
  now.getTime() - Math.max(Date.parse(nextAt), upSince === null ? 0 : Date.parse(upSince)) > backupMissedMs;

const minute = (at: string): string => `${at.slice(0, 16).replace("T", " ")} UTC`;

/** A volume's name within its pod. */
export const volumeKey = (unit: string, volume: string): string => `${unit}/${volume}`;
