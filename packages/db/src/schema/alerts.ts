import type { Alert, AlertKind } from "@agentpod/core/alert";
import { index, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

/** What is, or was, the matter; written by whichever control plane evaluates, under a lock. */
export const alerts = agentpod.table(
  "alerts",
  {
    id: uuid("id").primaryKey(),
    /** No foreign key: what was the matter outlives the rule. */
    ruleId: uuid("rule_id"),
    rule: text("rule").notNull(),
    kind: text("kind").$type<AlertKind>().notNull(),
    /** Whose pod, certificate or domain it is. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    tenant: text("tenant"),
    subject: text("subject").notNull(),
    subjectName: text("subject_name").notNull(),
    state: text("state").$type<Alert["state"]>().notNull(),
    since: instant("since").notNull(),
    firedAt: instant("fired_at"),
    resolvedAt: instant("resolved_at"),
    quietSince: instant("quiet_since"),
    message: text("message").notNull(),
  },
  (t) => [index("alerts_state").on(t.state, t.since), index("alerts_tenant").on(t.tenantId, t.since), ...tenantPolicies("alerts")],
);
