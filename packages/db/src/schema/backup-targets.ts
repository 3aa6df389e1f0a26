import type { TargetConfig } from "@agentpod/core/backup-target";
import { jsonb, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt, tenantId } from "./columns.ts";
import { sharedPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const backupTargets = agentpod.table(
  "backup_targets",
  {
    id: uuid("id").primaryKey(),
    /** Null: the installation's own, which every tenant may use. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    config: jsonb("config").$type<TargetConfig>().notNull(),
    /** Which master key encrypted the credentials, JSON or null. */
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    createdAt: createdAt(),
  },
  (t) => [unique("backup_targets_tenant_name").on(t.tenantId, t.name).nullsNotDistinct(), ...sharedPolicies("backup_targets")],
);
