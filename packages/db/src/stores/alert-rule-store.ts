import { randomUUID } from "node:crypto";
import type { AlertRule } from "@agentpod/core/alert";
import type { AlertRuleStore } from "@agentpod/core/alert-store";
import { AppError } from "@agentpod/core/errors";
import { and, asc, eq, getTableColumns, inArray, isNull, type SQL } from "drizzle-orm";
import { alertRules } from "../schema/alert-rules.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

export function alertRuleStore({ db, tenants: allowed }: Tx): AlertRuleStore {
  const visible = allowed === "*" ? undefined : inArray(alertRules.tenantId, [...allowed]);
  const select = async (where: SQL | undefined): Promise<AlertRule[]> => {
    const rows = await db
      .select({ ...getTableColumns(alertRules), tenant: tenants.name })
      .from(alertRules)
      .leftJoin(tenants, eq(tenants.id, alertRules.tenantId))
      .where(and(visible, where))
      .orderBy(asc(tenants.name), asc(alertRules.name));
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  };
  const ofOwner = (tenant: string | null) => (tenant === null ? isNull(alertRules.tenantId) : eq(tenants.name, tenant));
  return {
    insert: async (rule) => {
      const id = randomUUID();
      await db.insert(alertRules).values({ id, ...rule });
      const [stored] = await select(eq(alertRules.id, id));
      if (!stored) throw new AppError("internal", "The alert rule was not stored.");
      return stored;
    },
    list: ({ tenant }) => select(tenant === undefined ? undefined : ofOwner(tenant)),
    get: async (tenant, name) => {
      const [rule] = await select(and(ofOwner(tenant), eq(alertRules.name, name)));
      if (!rule) throw new AppError("not_found", `${tenant === null ? "The installation" : `Tenant ${tenant}`} has no alert rule ${name}.`);
      return rule;
    },
    replace: async ({ tenant: _, createdAt, ...rule }) => {
      // The app role may not update: who edits has what it takes to remove and to add.
      const gone = await db.delete(alertRules).where(eq(alertRules.id, rule.id)).returning({ id: alertRules.id });
      if (gone.length === 0) throw new AppError("conflict", "The alert rule was changed or removed meanwhile: look again.");
      await db.insert(alertRules).values({ ...rule, createdAt: new Date(createdAt) });
    },
    delete: async (id) => {
      await db.delete(alertRules).where(eq(alertRules.id, id));
    },
  };
}
