import type { HookKind } from "@agentpod/core/deployment-hook";
import { index, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt, instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

/** Pushes to repositories that deploy applications. */
export const deploymentHooks = agentpod.table(
  "deployment_hooks",
  {
    id: uuid("id").primaryKey(),
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    tenant: text("tenant").notNull(),
    name: text("name").notNull(),
    kind: text("kind").$type<HookKind>().notNull(),
    url: text("url").notNull(),
    branch: text("branch").notNull(),
    knownHosts: text("known_hosts"),
    /** Actor. */
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    refusedAt: instant("refused_at"),
    /** Which master key encrypted what it is signed with and what the repository is read with. */
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
  },
  (t) => [index("deployment_hooks_application").on(t.tenantId, t.name), ...tenantPolicies("deployment_hooks")],
);
