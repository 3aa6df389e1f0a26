import { AppError } from "@agentpod/core/errors";
import { type TenantRole, tenantRoles } from "@agentpod/core/permission";
import type { MemberStore } from "@agentpod/core/user-store";
import { and, asc, eq } from "drizzle-orm";
import { memberships } from "../schema/memberships.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

export function memberStore({ db }: Tx): MemberStore {
  const one = (tenantId: string, userId: string) => and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId));
  const select = () =>
    db
      .select({
        tenantId: memberships.tenantId,
        tenant: tenants.name,
        userId: memberships.userId,
        role: memberships.role,
        createdAt: memberships.createdAt,
      })
      .from(memberships)
      .innerJoin(tenants, eq(tenants.id, memberships.tenantId));
  const plain = <R extends { createdAt: Date }>(row: R) => ({ ...row, createdAt: row.createdAt.toISOString() });
  return {
    list: async (tenantId) => {
      const rows = await select().where(eq(memberships.tenantId, tenantId)).orderBy(asc(memberships.createdAt), asc(memberships.userId));
      return rows.map(plain).toSorted((a, b) => rank(b.role) - rank(a.role));
    },
    find: async (tenantId, userId) => {
      const [row] = await select().where(one(tenantId, userId));
      return row ? plain(row) : null;
    },
    put: async (tenantId, userId, role) => {
      await db
        .insert(memberships)
        .values({ tenantId, userId, role })
        .onConflictDoUpdate({ target: [memberships.tenantId, memberships.userId], set: { role } });
    },
    delete: async (tenantId, userId) => {
      const rows = await db.delete(memberships).where(one(tenantId, userId)).returning({ userId: memberships.userId });
      if (rows.length === 0) throw new AppError("not_found", "This user is no member of the tenant.");
    },
    holdOwners: async (tenantId) => {
      const rows = await db
        .select({ userId: memberships.userId })
        .from(memberships)
        .where(and(eq(memberships.tenantId, tenantId), eq(memberships.role, "owner")))
        .orderBy(asc(memberships.userId))
        .for("update");
      return rows.map((row) => row.userId);
    },
  };
}

const rank = (role: TenantRole): number => tenantRoles.indexOf(role);
