import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { TenantStore } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { asc, eq } from "drizzle-orm";
import { pods } from "../schema/pods.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

export function tenantStore({ db }: Tx): TenantStore {
  const find = async (name: string): Promise<Tenant | null> => {
    const [row] = await db.select().from(tenants).where(eq(tenants.name, name));
    return row ? tenantOf(row) : null;
  };
  return {
    insert: async ({ name, quota }) => {
      const [row] = await db
        .insert(tenants)
        .values({ id: randomUUID(), name, quota })
        .onConflictDoNothing({ target: tenants.name })
        .returning();
      if (!row) throw new AppError("conflict", `Tenant ${name} already exists: choose another name.`);
      return tenantOf(row);
    },
    find,
    get: async (name) => {
      const tenant = await find(name);
      if (!tenant) throw new AppError("not_found", `There is no tenant ${name}.`);
      return tenant;
    },
    list: async () => (await db.select().from(tenants).orderBy(asc(tenants.name))).map(tenantOf),
    markDeleting: async (id) => {
      const rows = await db.update(tenants).set({ state: "deleting" }).where(eq(tenants.id, id)).returning({ id: tenants.id });
      if (rows.length === 0) throw new AppError("not_found", "There is no such tenant.");
    },
    delete: async (id) => {
      // Locked against an insert of a pod: the foreign key would refuse too, but end the transaction.
      await db.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, id)).for("update");
      const [pod] = await db.select({ id: pods.id }).from(pods).where(eq(pods.tenantId, id)).limit(1);
      if (pod) throw new AppError("conflict", "The tenant still has pods: delete them first, or delete the tenant with force.");
      await db.delete(tenants).where(eq(tenants.id, id));
    },
  };
}

const tenantOf = ({ createdAt, ...row }: typeof tenants.$inferSelect): Tenant => ({ ...row, createdAt: createdAt.toISOString() });
