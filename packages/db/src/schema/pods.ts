import type { Desired, Pod } from "@agentpod/core/pod";
import { bigint, boolean, index, integer, jsonb, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, instant } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { servers } from "./servers.ts";
import { tenants } from "./tenants.ts";

export const pods = agentpod.table(
  "pods",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id),
    name: text("name").notNull(),
    templateName: text("template_name"),
    templateVersion: integer("template_version"),
    inputs: jsonb("inputs").$type<Pod["inputs"]>().notNull(),
    spec: jsonb("spec").$type<Pod["spec"]>().notNull(),
    desired: text("desired").$type<Desired>().notNull().default("running"),
    keepData: boolean("keep_data").notNull().default(false),
    /** With `sleeping`, else null. */
    sleptAt: instant("slept_at"),
    wakeAt: instant("wake_at"),
    generation: integer("generation").notNull().default(1),
    restarts: integer("restarts").notNull().default(0),
    held: text("held"),
    volumeCopies: jsonb("volume_copies").$type<Pod["volumeCopies"]>().notNull().default({}),
    status: jsonb("status").$type<Pod["status"]>().notNull(),
    server: text("server")
      .notNull()
      .references(() => servers.name),
    leaseOwner: text("lease_owner"),
    leaseUntil: instant("lease_until"),
    leaseEpoch: bigint("lease_epoch", { mode: "number" }).notNull().default(0),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    unique("pods_tenant_name").on(t.tenantId, t.name),
    // What rows of a pod refer to, so that none can name a pod of one tenant and carry another.
    unique("pods_id_tenant").on(t.id, t.tenantId),
    index("pods_server").on(t.server),
    ...tenantPolicies("pods"),
  ],
);
