import type { Domain } from "@agentpod/core/domain";
import { sql } from "drizzle-orm";
import { text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

/** A trigger keeps a name at, above or below another tenant's verified domain out. */
export const domains = agentpod.table(
  "domains",
  {
    id: uuid("id").primaryKey(),
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    state: text("state").$type<Domain["state"]>().notNull().default("pending"),
    method: text("method").$type<Domain["method"]>(),
    token: text("token").notNull(),
    message: text("message").notNull().default(""),
    checkedAt: instant("checked_at"),
    verifiedAt: instant("verified_at"),
    createdAt: createdAt(),
  },
  (t) => [
    unique("domains_tenant_name").on(t.tenantId, t.name),
    uniqueIndex("domains_verified_name").on(t.name).where(sql`state = 'verified'`),
    ...tenantPolicies("domains"),
  ],
);
