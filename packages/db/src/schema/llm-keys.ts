import { sql } from "drizzle-orm";
import { foreignKey, index, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, instant, tenantId } from "./columns.ts";
import { pods } from "./pods.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const llmKeys = agentpod.table(
  "llm_keys",
  {
    /** Part of the key itself. */
    id: text("id").primaryKey(),
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    /** Whose it is, and goes with; null: made by hand. */
    podId: uuid("pod_id"),
    name: text("name").notNull(),
    /** SHA-256 of the secret, hex; the secret itself is at most in the pod's own sealed one. */
    hash: text("hash").notNull(),
    createdAt: createdAt(),
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
  },
  (t) => [
    foreignKey({ name: "llm_keys_pod", columns: [t.podId, t.tenantId], foreignColumns: [pods.id, pods.tenantId] }).onDelete("cascade"),
    uniqueIndex("llm_keys_tenant_name").on(t.tenantId, t.name).where(sql`pod_id is null and revoked_at is null`),
    index("llm_keys_pod_index").on(t.podId),
    ...tenantPolicies("llm_keys"),
  ],
);
