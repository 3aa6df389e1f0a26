import type { Tenant } from "@agentpod/core/tenant";
import { jsonb, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";

export const tenants = agentpod.table(
  "tenants",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull().unique(),
    state: text("state").$type<Tenant["state"]>().notNull().default("active"),
    quota: jsonb("quota").$type<Tenant["quota"]>().notNull(),
    createdAt: createdAt(),
  },
  () => tenantPolicies("tenants", "id"),
);
