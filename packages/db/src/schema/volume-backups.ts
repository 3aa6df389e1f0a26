import type { DumpContent, TableCount } from "@agentpod/core/dump-content";
import type { DrillReport, VolumeBackup } from "@agentpod/core/volume-backup";
import { sql } from "drizzle-orm";
import { bigint, index, jsonb, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { backupTargets } from "./backup-targets.ts";
import { createdAt, instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";

export const volumeBackups = agentpod.table(
  "volume_backups",
  {
    id: uuid("id").primaryKey(),
    /** No foreign key: what lies at a target is removed before its row, which may take longer than the tenant lives. */
    tenantId: tenantId().notNull(),
    tenant: text("tenant").notNull(),
    /** The same: a backup outlives its pod. */
    podId: uuid("pod_id").notNull(),
    pod: text("pod").notNull(),
    /** Of a dump. */
    unit: text("unit"),
    /** Null: the folder of the home. */
    targetId: uuid("target_id").references(() => backupTargets.id, { onDelete: "cascade" }),
    trigger: text("trigger").$type<VolumeBackup["trigger"]>().notNull(),
    state: text("state").$type<VolumeBackup["state"]>().notNull().default("running"),
    message: text("message").notNull().default(""),
    object: text("object").notNull(),
    bytes: bigint("bytes", { mode: "number" }),
    volumes: jsonb("volumes").$type<VolumeBackup["volumes"]>().notNull().default([]),
    /** No foreign key: operations are forgotten after a while. */
    operationId: uuid("operation_id"),
    createdAt: createdAt(),
    finishedAt: instant("finished_at"),
    verifiedAt: instant("verified_at"),
    drill: jsonb("drill").$type<DrillReport>(),
    dump: jsonb("dump").$type<DumpContent>(),
    /** Apart from `dump`: lists do without. */
    counts: jsonb("counts").$type<TableCount[]>(),
    /** No foreign key: it is asked for until what it left is gone. */
    checkedBy: uuid("checked_by"),
  },
  (t) => [
    index("volume_backups_tenant").on(t.tenantId, t.createdAt),
    index("volume_backups_pod").on(t.podId, t.createdAt),
    // One at a time for each pod.
    uniqueIndex("volume_backups_running").on(t.podId).where(sql`state = 'running'`),
    index("volume_backups_state").on(t.state),
    ...tenantPolicies("volume_backups"),
  ],
);
