import type { OperationStep } from "@agentpod/core/operation";
import type { StepOutcome } from "@agentpod/core/operation-store";
import { integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { instant, tenantId } from "./columns.ts";
import { operations } from "./operations.ts";
import { tenantPolicies } from "./policies.ts";

export const operationSteps = agentpod.table(
  "operation_steps",
  {
    operationId: uuid("operation_id")
      .notNull()
      .references(() => operations.id, { onDelete: "cascade" }),
    /** The operation's. */
    tenantId: tenantId(),
    seq: integer("seq").notNull(),
    name: text("name").notNull(),
    subject: text("subject"),
    state: text("state").$type<OperationStep["state"]>().notNull(),
    message: text("message").notNull(),
    /** Null while it runs. */
    outcome: jsonb("outcome").$type<StepOutcome>(),
    startedAt: instant("started_at").notNull().defaultNow(),
    endedAt: instant("ended_at"),
  },
  (t) => [primaryKey({ name: "operation_steps_pkey", columns: [t.operationId, t.seq] }), ...tenantPolicies("operation_steps")],
);
