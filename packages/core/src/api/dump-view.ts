import { z } from "zod";
import { name } from "../name.ts";
import { backupTriggers } from "../volume-backup.ts";
import { backupScheduleView, setBackupScheduleRequest } from "./pod-backup-view.ts";

export const createDumpRequest = z.strictObject({
  /** Name of a target, the tenant's own first; absent: the folder of AgentPod's home. */
  target: name.optional(),
});

export const restoreDumpRequest = z.strictObject({
  /** The pod whose database's data is replaced; absent: the one that the dump is of. */
  pod: name.optional(),
  /** Its unit; absent: the one that the dump is of. */
  unit: name.optional(),
});

export const setDumpScheduleRequest = setBackupScheduleRequest.omit({ live: true, drillCron: true }).extend({
  /** When the newest dump is read back and tried out once more; null: never. */
  checkCron: z.string().min(1).max(120).nullable().default(null),
});

/** A dump of a database that is kept at a target. */
export const dumpView = z.object({
  id: z.string(),
  tenant: z.string(),
  pod: z.string(),
  podId: z.string(),
  unit: z.string(),
  /** Null: the folder of AgentPod's home. */
  target: z.string().nullable(),
  trigger: z.enum(backupTriggers),
  state: z.enum(["running", "ready", "failed", "deleting"]),
  message: z.string(),
  object: z.string(),
  /** As it lies there; null until it does. */
  bytes: z.number().nullable(),
  /** What is in it, as counted when it was made; null until then. */
  content: z.object({ database: z.string(), version: z.string(), tables: z.number(), rows: z.number() }).nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  verifiedAt: z.string().nullable(),
  /** How its last restore into a throw-away database went; null: there was none. */
  check: z.object({ at: z.string(), isPassed: z.boolean(), message: z.string(), seconds: z.number() }).nullable(),
  operation: z.string().nullable(),
});

/** What was begun, and goes on by itself; `operation` tells how. */
export const begunDump = z.object({ dump: z.string(), operation: z.string() });

export const dumpScheduleView = backupScheduleView.omit({ live: true, drillCron: true, nextDrillAt: true }).extend({
  unit: z.string(),
  checkCron: z.string().nullable(),
  nextCheckAt: z.string().nullable(),
});

export type CreateDumpRequest = z.input<typeof createDumpRequest>;
export type RestoreDumpRequest = z.input<typeof restoreDumpRequest>;
export type SetDumpScheduleRequest = z.input<typeof setDumpScheduleRequest>;
export type DumpView = z.infer<typeof dumpView>;
export type BegunDump = z.infer<typeof begunDump>;
export type DumpScheduleView = z.infer<typeof dumpScheduleView>;
