import { text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { tenantId } from "./columns.ts";
import { sharedPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const templates = agentpod.table(
  "templates",
  {
    id: uuid("id").primaryKey(),
    /** Null: the system's. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
  },
  (t) => [unique("templates_tenant_name").on(t.tenantId, t.name).nullsNotDistinct(), ...sharedPolicies("templates")],
);
