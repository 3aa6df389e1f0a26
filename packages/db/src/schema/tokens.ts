import type { Permission } from "@agentpod/core/permission";
import { index, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { authUsers } from "./auth-users.ts";
import { createdAt, instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const tokens = agentpod.table(
  "tokens",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    /** Null: every tenant. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    /** Whose it is: it may no more than they may now, and goes with them. Null: the installation's own. */
    ownerId: uuid("owner_id").references(() => authUsers.id, { onDelete: "cascade" }),
    permissions: text("permissions").array().$type<Permission[]>().notNull(),
    /** SHA-256 of the secret, hex; the secret itself is nowhere. */
    secretHash: text("secret_hash").notNull().unique(),
    createdAt: createdAt(),
    expiresAt: instant("expires_at"),
    lastUsedAt: instant("last_used_at"),
  },
  (t) => [index("tokens_tenant").on(t.tenantId), index("tokens_owner").on(t.ownerId), ...tenantPolicies("tokens")],
);
