import type { Operation } from "@agentpod/core/operation";
import { bigint, index, integer, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

/** What people see of durable workflows; how far each got is kept by the workflow library in a schema of its own. */
export const operations = agentpod.table(
  "operations",
  {
    id: uuid("id").primaryKey(),
    /** The order of the queue. */
    seq: bigint("seq", { mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    kind: text("kind").notNull(),
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    tenant: text("tenant"),
    pods: jsonb("pods").$type<Operation["pods"]>().notNull(),
    actor: text("actor").notNull(),
    state: text("state").$type<Operation["state"]>().notNull().default("queued"),
    input: jsonb("input").$type<Operation["input"]>().notNull(),
    output: jsonb("output").$type<Operation["output"]>(),
    message: text("message").notNull(),
    error: jsonb("error").$type<Operation["error"]>(),
    /** Times that it was begun or gone on with since a step of it last ended. */
    attempts: integer("attempts").notNull().default(0),
    cancelledBy: text("cancelled_by"),
    leaseOwner: text("lease_owner"),
    leaseUntil: instant("lease_until"),
    leaseEpoch: bigint("lease_epoch", { mode: "number" }).notNull().default(0),
    createdAt: createdAt(),
    startedAt: instant("started_at"),
    endedAt: instant("ended_at"),
  },
  (t) => [
    index("operations_queue").on(t.state, t.kind, t.seq),
    index("operations_tenant").on(t.tenantId, t.seq),
    ...tenantPolicies("operations"),
  ],
);
