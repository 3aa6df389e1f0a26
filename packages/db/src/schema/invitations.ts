import type { TenantRole } from "@agentpod/core/permission";
import { index, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { authUsers } from "./auth-users.ts";
import { createdAt, instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const invitations = agentpod.table(
  "invitations",
  {
    id: uuid("id").primaryKey(),
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    role: text("role").$type<TenantRole>().notNull(),
    /** Only this address may accept; null: whoever has the link. */
    email: text("email"),
    /** SHA-256 of the secret, hex. */
    secretHash: text("secret_hash").notNull().unique("invitations_secret_hash"),
    /** Actor. */
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
    usedBy: uuid("used_by").references(() => authUsers.id, { onDelete: "set null" }),
  },
  (t) => [index("invitations_tenant").on(t.tenantId), ...tenantPolicies("invitations")],
);
