import type { Template } from "@agentpod/core/template";
import { index, integer, jsonb, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, tenantId } from "./columns.ts";
import { sharedPolicies } from "./policies.ts";
import { templates } from "./templates.ts";
import { tenants } from "./tenants.ts";

/** Immutable: nobody may update a row. That it has its template's tenant is checked by a trigger. */
export const templateVersions = agentpod.table(
  "template_versions",
  {
    id: uuid("id").primaryKey(),
    templateId: uuid("template_id")
      .notNull()
      .references(() => templates.id, { onDelete: "cascade" }),
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    version: integer("version").notNull(),
    template: jsonb("template").$type<Template>().notNull(),
    /** Of the canonical JSON. */
    hash: text("hash").notNull(),
    actor: text("actor").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique("template_versions_version").on(t.templateId, t.version),
    index("template_versions_tenant").on(t.tenantId),
    ...sharedPolicies("template_versions"),
  ],
);
