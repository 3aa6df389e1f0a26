import type { Deployment } from "@agentpod/core/deployment";
import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt, instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const deployments = agentpod.table(
  "deployments",
  {
    id: uuid("id").primaryKey(),
    /** The order of the queue. */
    seq: bigint("seq", { mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    tenant: text("tenant").notNull(),
    name: text("name").notNull(),
    number: integer("number").notNull(),
    action: text("action").$type<Deployment["action"]>().notNull(),
    state: text("state").$type<Deployment["state"]>().notNull().default("queued"),
    step: text("step"),
    message: text("message").notNull().default(""),
    source: text("source").notNull(),
    origin: text("origin").notNull(),
    settings: jsonb("settings").$type<Deployment["settings"]>().notNull(),
    analysis: jsonb("analysis").$type<Deployment["analysis"]>(),
    artifact: text("artifact"),
    environment: jsonb("environment").$type<Deployment["environment"]>().notNull().default({}),
    environmentVersion: integer("environment_version").notNull().default(0),
    /** No foreign key: a record is there before its pod, and tells of it when it is gone. */
    podId: uuid("pod_id"),
    buildPodId: uuid("build_pod_id"),
    generation: integer("generation"),
    target: integer("target"),
    url: text("url"),
    /** No foreign key: operations are forgotten after a while. */
    operationId: uuid("operation_id"),
    actor: text("actor").notNull(),
    log: text("log").notNull().default(""),
    /** Variables that were given, until they are secrets of the pod. */
    keyId: text("key_id"),
    ciphertext: bytes("ciphertext"),
    createdAt: createdAt(),
    finishedAt: instant("finished_at"),
  },
  (t) => [
    unique("deployments_number").on(t.tenantId, t.name, t.number),
    index("deployments_queue").on(t.seq).where(sql`state in ('queued', 'running')`),
    ...tenantPolicies("deployments"),
  ],
);
