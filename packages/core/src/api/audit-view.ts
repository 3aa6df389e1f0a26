import { z } from "zod";

export const auditSettings = z.strictObject({
  /** Events older than this many days go to archive files by themselves; null: they stay in the database. */
  archiveAfterDays: z.int().min(2).max(36_500).nullable(),
  /** Where the chain's head is told hourly, beside the file in the home: a place that this installation cannot change. */
  headWebhook: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .nullable(),
  /** And after this many events. */
  headEvery: z.int().min(1).max(1_000_000),
});

export const eventArchiveView = z.object({
  fromSeq: z.number(),
  toSeq: z.number(),
  previousHash: z.string(),
  hash: z.string(),
  file: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  createdAt: z.string(),
});

const chainHead = z.object({ seq: z.number(), hash: z.string() });

export const auditStatus = z.object({
  /** The last seal; null before the first. */
  head: chainHead.nullable(),
  settings: auditSettings,
  archives: z.array(eventArchiveView),
});

export const auditVerification = z.object({
  /** Nothing is broken. */
  intact: z.boolean(),
  /** Events looked at, in the database and in archive files. */
  events: z.number(),
  archives: z.number(),
  /** Files that are not on this machine: another control plane made them. */
  missingArchives: z.array(z.string()),
  heads: z.number(),
  head: chainHead.nullable(),
  /** The first that is broken; null when intact. */
  broken: z
    .object({
      kind: z.enum(["edited", "removed", "inserted", "rewritten", "archive"]),
      seq: z.number().nullable(),
      eventId: z.number().nullable(),
      message: z.string(),
    })
    .nullable(),
});

export const archiveRequest = z.strictObject({ olderThanDays: z.int().min(2).max(36_500) });
export const archiveResult = z.object({ events: z.number(), archives: z.array(eventArchiveView) });

export type AuditSettings = z.infer<typeof auditSettings>;
export type AuditStatus = z.infer<typeof auditStatus>;
export type AuditVerification = z.infer<typeof auditVerification>;
export type ArchiveResult = z.infer<typeof archiveResult>;
