import type { HookOutcome } from "@agentpod/core/deployment-hook";
import { bigint, index, integer, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { instant, tenantId } from "./columns.ts";
import { deploymentHooks } from "./deployment-hooks.ts";
import { tenantPolicies } from "./policies.ts";

/** Calls of hooks that were signed rightly. */
export const hookDeliveries = agentpod.table(
  "hook_deliveries",
  {
    id: uuid("id").primaryKey(),
    seq: bigint("seq", { mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    hookId: uuid("hook_id")
      .notNull()
      .references(() => deploymentHooks.id, { onDelete: "cascade" }),
    tenantId: tenantId().notNull(),
    /** As its sender names it. */
    sentAs: text("sent_as"),
    /** Of what it said: the same again does nothing. */
    digest: text("digest").notNull(),
    event: text("event").notNull(),
    commit: text("commit"),
    outcome: text("outcome").$type<HookOutcome>().notNull(),
    message: text("message").notNull(),
    deployment: integer("deployment"),
    /** No foreign key: operations are forgotten after a while. */
    operationId: uuid("operation_id"),
    at: instant("at").notNull().defaultNow(),
  },
  (t) => [
    unique("hook_deliveries_sent_as").on(t.hookId, t.sentAs),
    unique("hook_deliveries_digest").on(t.hookId, t.digest),
    index("hook_deliveries_newest").on(t.hookId, t.seq),
    ...tenantPolicies("hook_deliveries"),
  ],
);
