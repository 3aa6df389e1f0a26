import { bigint, foreignKey, integer, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { tenantId } from "./columns.ts";
import { pods } from "./pods.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const llmBudgets = agentpod.table(
  "llm_budgets",
  {
    id: uuid("id").primaryKey(),
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    /** Null: the tenant as a whole. */
    podId: uuid("pod_id"),
    moneyPerMonthNano: bigint("money_per_month_nano", { mode: "number" }),
    tokensPerDay: bigint("tokens_per_day", { mode: "number" }),
    warnPercent: integer("warn_percent").notNull(),
    /** `<limit> <what> <period>` of what was told last, so that it is told once; see the store. */
    told: text("told").array().notNull().default([]),
  },
  (t) => [
    foreignKey({ name: "llm_budgets_pod", columns: [t.podId, t.tenantId], foreignColumns: [pods.id, pods.tenantId] }).onDelete("cascade"),
    unique("llm_budgets_tenant_pod").on(t.tenantId, t.podId).nullsNotDistinct(),
    ...tenantPolicies("llm_budgets"),
  ],
);
