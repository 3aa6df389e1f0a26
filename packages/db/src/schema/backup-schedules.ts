import type { BackupSchedule } from "@agentpod/core/volume-backup";
import { boolean, index, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { backupTargets } from "./backup-targets.ts";
import { createdAt, instant } from "./columns.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { tenantPolicies } from "./policies.ts";

export const backupSchedules = agentpod.table(
  "backup_schedules",
  {
    ...ofPod(),
    /** The database that is dumped; empty: the volumes are copied. */
    unit: text("unit").notNull().default(""),
    targetId: uuid("target_id").references(() => backupTargets.id, { onDelete: "cascade" }),
    cron: text("cron").notNull(),
    timeZone: text("time_zone").notNull(),
    live: boolean("live").notNull(),
    keep: jsonb("keep").$type<BackupSchedule["keep"]>().notNull(),
    drillCron: text("drill_cron"),
    nextAt: instant("next_at").notNull(),
    nextDrillAt: instant("next_drill_at"),
    lastSuccessAt: instant("last_success_at"),
    failure: jsonb("failure").$type<BackupSchedule["failure"]>(),
    drillFailure: jsonb("drill_failure").$type<BackupSchedule["failure"]>(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: "backup_schedules_pkey", columns: [t.podId, t.unit] }),
    podReference("backup_schedules_pod", t),
    index("backup_schedules_next").on(t.nextAt),
    ...tenantPolicies("backup_schedules"),
  ],
);
