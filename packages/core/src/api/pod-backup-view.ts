import { z } from "zod";
import { s3Credentials, targetConfig } from "../backup-target.ts";
import { name } from "../name.ts";
import { backupTriggers, consistencies } from "../volume-backup.ts";

export const createPodBackupRequest = z.strictObject({
  /** Name of a target, the tenant's own first; absent: the folder of AgentPod's home. */
  target: name.optional(),
  /** Copied while the pod runs, also what its spec would have it stand still for. */
  live: z.boolean().default(false),
});

export const restorePodBackupRequest = z.strictObject({
  /** The pod whose data is replaced; absent: the one that the backup is of. */
  pod: name.optional(),
  /** A new pod of this name instead. */
  as: name.optional(),
});

const keepField = (most: number) => z.int().min(0).max(most);

export const setBackupScheduleRequest = z.strictObject({
  /** Minute, hour, day of the month, month, day of the week. */
  cron: z.string().min(1).max(120),
  /** As `Europe/Berlin`. */
  timeZone: z.string().min(1).max(60).default("UTC"),
  target: name.optional(),
  live: z.boolean().default(false),
  /** How many of those made by it are kept: the newest of all, of each day, week and month. */
  keep: z
    .strictObject({
      last: z.int().min(1).max(1000).default(7),
      daily: keepField(366).default(7),
      weekly: keepField(520).default(4),
      monthly: keepField(240).default(6),
    })
    .prefault({}),
  /** When the newest backup is restored into a throw-away pod; null: never. */
  drillCron: z.string().min(1).max(120).nullable().default(null),
});

export const addBackupTargetRequest = z.strictObject({
  name,
  config: targetConfig,
  /** Of an S3 target; tried first, encrypted, never shown. */
  credentials: s3Credentials.optional(),
});

const volumeInBackup = z.object({
  unit: z.string(),
  volume: z.string(),
  how: z.enum(consistencies),
  entries: z.number(),
  bytes: z.number(),
  digest: z.string(),
});

export const podBackupView = z.object({
  id: z.string(),
  tenant: z.string(),
  pod: z.string(),
  podId: z.string(),
  /** Null: the folder of AgentPod's home. */
  target: z.string().nullable(),
  trigger: z.enum(backupTriggers),
  state: z.enum(["running", "ready", "failed", "deleting"]),
  message: z.string(),
  object: z.string(),
  bytes: z.number().nullable(),
  volumes: z.array(volumeInBackup),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  verifiedAt: z.string().nullable(),
  drill: z.object({ at: z.string(), isPassed: z.boolean(), message: z.string(), seconds: z.number() }).nullable(),
  operation: z.string().nullable(),
});

/** What was begun, and goes on by itself; `operation` tells how. */
export const begunPodBackup = z.object({ backup: z.string(), operation: z.string() });
export const begunRestore = z.object({ backup: z.string(), operation: z.string(), pod: z.string() });

export const backupScheduleView = z.object({
  tenant: z.string(),
  pod: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  target: z.string().nullable(),
  live: z.boolean(),
  keep: z.object({ last: z.number(), daily: z.number(), weekly: z.number(), monthly: z.number() }),
  drillCron: z.string().nullable(),
  nextAt: z.string(),
  nextDrillAt: z.string().nullable(),
  lastSuccessAt: z.string().nullable(),
  /** What is wrong with the backups or drills that it asks for; null: nothing. */
  problem: z.string().nullable(),
});

export const backupTargetView = z.object({
  id: z.string(),
  /** Null: the installation's, for every tenant. */
  tenant: z.string().nullable(),
  name: z.string(),
  config: targetConfig,
  createdAt: z.string(),
});

export type CreatePodBackupRequest = z.input<typeof createPodBackupRequest>;
export type RestorePodBackupRequest = z.input<typeof restorePodBackupRequest>;
export type SetBackupScheduleRequest = z.input<typeof setBackupScheduleRequest>;
export type AddBackupTargetRequest = z.input<typeof addBackupTargetRequest>;
export type PodBackupView = z.infer<typeof podBackupView>;
export type BegunPodBackup = z.infer<typeof begunPodBackup>;
export type BegunRestore = z.infer<typeof begunRestore>;
export type BackupScheduleView = z.infer<typeof backupScheduleView>;
export type BackupTargetView = z.infer<typeof backupTargetView>;
