import type { AgentPodEvent } from "@agentpod/core/event";
import { sql } from "drizzle-orm";
import { bigint, index, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { instant, tenantId, xid8 } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";

/** Append-only: neither role may update or delete. No foreign keys, since events outlive what they tell of. */
export const events = agentpod.table(
  "events",
  {
    /** The writing transaction; readers go up to the oldest one still open, for ids alone commit out of order. */
    xid: xid8("xid").notNull().default(sql`pg_current_xact_id()`),
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant("at").notNull().default(sql`clock_timestamp()`),
    type: text("type").notNull(),
    tenantId: tenantId(),
    tenant: text("tenant"),
    pod: text("pod"),
    podId: uuid("pod_id"),
    actor: text("actor").notNull(),
    source: text("source"),
    result: text("result").$type<AgentPodEvent["result"]>().notNull(),
    message: text("message").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
  },
  (t) => [
    index("events_cursor").on(t.xid, t.id),
    index("events_pod").on(t.tenant, t.pod, t.xid, t.id),
    index("events_tenant").on(t.tenantId, t.xid, t.id),
    index("events_actor").on(t.actor, t.xid, t.id),
    index("events_at").on(t.at),
    ...tenantPolicies("events"),
  ],
);
