import type { TenantRole } from "@agentpod/core/permission";
import { index, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { authUsers } from "./auth-users.ts";
import { createdAt, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const memberships = agentpod.table(
  "memberships",
  {
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .notNull()
      .references(() => authUsers.id, { onDelete: "cascade" }),
    role: text("role").$type<TenantRole>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: "memberships_pkey", columns: [t.tenantId, t.userId] }),
    index("memberships_user").on(t.userId),
    ...tenantPolicies("memberships"),
  ],
);
