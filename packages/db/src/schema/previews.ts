import type { Preview } from "@agentpod/core/preview";
import { index, integer, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const previews = agentpod.table(
  "previews",
  {
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    tenant: text("tenant").notNull(),
    /** The application that it is; its deployments have the same name. */
    name: text("name").notNull(),
    project: text("project").notNull(),
    preview: text("preview").notNull(),
    database: text("database").$type<Preview["database"]>().notNull(),
    /** When the project's data was in its database; null: not yet, or never. */
    copiedAt: instant("copied_at"),
    ttlSeconds: integer("ttl_seconds").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** What takes it away; no foreign key: operations are forgotten after a while. */
    endedBy: uuid("ended_by"),
    actor: text("actor").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: "previews_pkey", columns: [t.tenantId, t.name] }),
    index("previews_expires").on(t.expiresAt),
    ...tenantPolicies("previews"),
  ],
);
