import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { hashOf } from "@agentpod/core/hash";
import type { TemplateStore } from "@agentpod/core/store";
import type { MadeTemplateVersion } from "@agentpod/core/template";
import { and, asc, desc, eq, isNull, or, sql } from "drizzle-orm";
import { templateVersions } from "../schema/template-versions.ts";
import { templates } from "../schema/templates.ts";
import type { Tx } from "../tenant-tx.ts";

export function templateStore({ db }: Tx): TemplateStore {
  const newest = (templateId: string) =>
    db.select().from(templateVersions).where(eq(templateVersions.templateId, templateId)).orderBy(desc(templateVersions.version)).limit(1);

  return {
    apply: async (tenant, template, actor) => {
      // The update changes nothing; it locks the row, so that two who apply at once count one after the other.
      const [row] = await db
        .insert(templates)
        .values({ id: randomUUID(), tenantId: tenant, name: template.name })
        .onConflictDoUpdate({ target: [templates.tenantId, templates.name], set: { name: sql`excluded.name` } })
        .returning({ id: templates.id });
      if (!row) throw new AppError("internal", "The template was not stored.");
      const [current] = await newest(row.id);
      const hash = hashOf(template);
      if (current?.hash === hash) return versionOf(current);
      const [added] = await db
        .insert(templateVersions)
        .values({ id: randomUUID(), templateId: row.id, tenantId: tenant, version: (current?.version ?? 0) + 1, template, hash, actor })
        .returning();
      if (!added) throw new AppError("internal", "The template was not stored.");
      return versionOf(added);
    },
    get: async (tenant, name, version) => {
      const owner = isNull(templates.tenantId);
      const [row] = await db
        .select({ found: templateVersions })
        .from(templateVersions)
        .innerJoin(templates, eq(templates.id, templateVersions.templateId))
        .where(
          and(
            eq(templates.name, name),
            tenant === null ? owner : or(owner, eq(templates.tenantId, tenant)),
            version === undefined ? undefined : eq(templateVersions.version, version),
          ),
        )
        .orderBy(sql`${templates.tenantId} is null`, desc(templateVersions.version))
        .limit(1);
      if (!row) throw new AppError("not_found", `There is no template ${name}${version === undefined ? "" : ` version ${version}`}.`);
      return versionOf(row.found);
    },
    versions: async (tenant, name) => {
      const [owner] = await db
        .select({ id: templates.id })
        .from(templates)
        .where(
          and(
            eq(templates.name, name),
            tenant === null ? isNull(templates.tenantId) : or(isNull(templates.tenantId), eq(templates.tenantId, tenant)),
          ),
        )
        .orderBy(sql`${templates.tenantId} is null`)
        .limit(1);
      if (!owner) throw new AppError("not_found", `There is no template ${name}.`);
      const rows = await db
        .select()
        .from(templateVersions)
        .where(eq(templateVersions.templateId, owner.id))
        .orderBy(desc(templateVersions.version));
      return rows.map(versionOf);
    },
    list: async () => {
      const rows = await db
        .selectDistinctOn([templates.name, templates.id], { found: templateVersions })
        .from(templateVersions)
        .innerJoin(templates, eq(templates.id, templateVersions.templateId))
        .orderBy(asc(templates.name), asc(templates.id), desc(templateVersions.version));
      return rows.map((r) => versionOf(r.found));
    },
  };
}

const versionOf = (row: typeof templateVersions.$inferSelect): MadeTemplateVersion => ({
  id: row.id,
  template: row.template,
  version: row.version,
  tenantId: row.tenantId,
  createdAt: row.createdAt.toISOString(),
  actor: row.actor,
});
