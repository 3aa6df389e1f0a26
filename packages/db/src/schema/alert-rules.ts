import { type AlertKind, logAlertDefaults } from "@agentpod/core/alert";
import type { LogLevel } from "@agentpod/core/log-level";
import { doublePrecision, integer, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const alertRules = agentpod.table(
  "alert_rules",
  {
    id: uuid("id").primaryKey(),
    /** Null: the installation's own. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    kind: text("kind").$type<AlertKind>().notNull(),
    pod: text("pod"),
    threshold: doublePrecision("threshold"),
    forSeconds: integer("for_seconds").notNull(),
    /** These three are for logs. */
    text: text("log_text"),
    level: text("log_level").$type<LogLevel>(),
    withinMinutes: integer("log_minutes").notNull().default(logAlertDefaults.withinMinutes),
    /** Names; one that is gone counts for nothing. */
    channels: text("channels").array().notNull(),
    createdAt: createdAt(),
  },
  (t) => [unique("alert_rules_tenant_name").on(t.tenantId, t.name).nullsNotDistinct(), ...tenantPolicies("alert_rules")],
);
