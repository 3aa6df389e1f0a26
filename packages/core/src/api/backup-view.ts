import { z } from "zod";
import { name } from "../name.ts";

const trigger = z.enum(["schedule", "request"]);
/** Protects the master key in a backup; without it such a backup cannot be restored. */
const passphrase = z.string().min(12, "12 characters or more: it protects every secret of the installation").max(1000);

export const createBackupRequest = z.strictObject({
  /** Unless given, the one of the settings; with neither the master key is not in the backup. */
  passphrase: passphrase.optional(),
});

export const setBackupSettingsRequest = z.strictObject({
  /** Hours from one backup to the next; null: none is made by itself. */
  everyHours: z.int().min(1).max(744).nullable(),
  /** How many of those made by themselves are kept. */
  keep: z.int().min(1).max(365),
  /** Left out: as it is; null: the master key goes into no more backups. What it comes to is kept, encrypted; it is never shown. */
  passphrase: passphrase.nullable().optional(),
  /** A target of the installation to which every backup is copied. Left out: as it is; null: none. */
  target: name.nullable().optional(),
});

export const backupSettingsView = z.object({
  everyHours: z.number().nullable(),
  keep: z.number(),
  hasPassphrase: z.boolean(),
  target: z.string().nullable(),
});

export const backupView = z.object({
  name: z.string(),
  bytes: z.number(),
  /** Null, as the next two, where it cannot be read. */
  createdAt: z.string().nullable(),
  /** Version of the AgentPod that made it. */
  agentpod: z.string().nullable(),
  trigger: trigger.nullable(),
  /** The master key is in it, under a passphrase. */
  hasKey: z.boolean(),
  /** Why it cannot be read; null: it can. */
  problem: z.string().nullable(),
});

/** What a look at a whole backup found. */
export const backupCheck = z.object({
  name: z.string(),
  createdAt: z.string(),
  agentpod: z.string(),
  installation: z.string(),
  bytes: z.number(),
  hasKey: z.boolean(),
  tables: z.number(),
  rows: z.number(),
  artifacts: z.number(),
  archives: z.number(),
  /** Files that another control plane has. */
  missing: z.array(z.string()),
  /** Signed by the master key; null: that key is not here. */
  isAuthentic: z.boolean().nullable(),
});

export const backupStatus = z.object({
  /** Where they lie, on the machine of the control plane that was asked. */
  folder: z.string(),
  settings: backupSettingsView,
  /** When the next one is due; null: never. */
  nextAt: z.string().nullable(),
  /** What is wrong with those that are made by themselves. */
  problem: z.string().nullable(),
  /** The one being made. */
  running: z.object({ name: z.string(), startedAt: z.string() }).nullable(),
  /** How the last one asked for, or made by itself, ended since the server started. */
  last: z.object({ name: z.string(), error: z.string().nullable(), check: backupCheck.nullable() }).nullable(),
  backups: z.array(backupView),
});

export const startedBackup = z.object({ name: z.string() });

export type CreateBackupRequest = z.infer<typeof createBackupRequest>;
export type SetBackupSettingsRequest = z.infer<typeof setBackupSettingsRequest>;
export type BackupView = z.infer<typeof backupView>;
export type BackupCheck = z.infer<typeof backupCheck>;
export type BackupStatus = z.infer<typeof backupStatus>;
