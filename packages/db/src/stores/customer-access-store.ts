import type { CustomerAccess, CustomerAccessStore } from "@agentpod/core/customer-access";
import { AppError } from "@agentpod/core/errors";
import { and, desc, eq, gt, ne, sql } from "drizzle-orm";
import { customerAccesses } from "../schema/customer-accesses.ts";
import type { Tx } from "../tenant-tx.ts";

const isOpen = gt(customerAccesses.expiresAt, sql`now()`);

export function customerAccessStore({ db }: Tx): CustomerAccessStore {
  const set = async (id: string, values: Partial<typeof customerAccesses.$inferInsert>): Promise<void> => {
    await db.update(customerAccesses).set(values).where(eq(customerAccesses.id, id));
  };
  return {
    insert: async ({ expiresAt, ...values }) => {
      const [row] = await db
        .insert(customerAccesses)
        .values({ ...values, expiresAt: new Date(expiresAt) })
        .returning();
      if (!row) throw new AppError("internal", "The access was not stored.");
      return accessOf(row);
    },
    list: async (podId) => {
      const ofPod = and(eq(customerAccesses.podId, podId), isOpen);
      const rows = await db.select().from(customerAccesses).where(ofPod).orderBy(desc(customerAccesses.createdAt), customerAccesses.id);
      return rows.map(accessOf);
    },
    holdByHash: async (id, secretHash) => {
      const own = and(eq(customerAccesses.id, id), eq(customerAccesses.secretHash, secretHash), isOpen);
      const [row] = await db.select().from(customerAccesses).where(own).for("update");
      return row ? accessOf(row) : null;
    },
    markSeen: (id) => set(id, { lastUsedAt: new Date() }),
    setEntry: (id, mayEnter) => set(id, { mayEnter }),
    delete: async (podId, id) => {
      const own = and(eq(customerAccesses.podId, podId), eq(customerAccesses.id, id));
      return (await db.delete(customerAccesses).where(own).returning({ id: customerAccesses.id })).length > 0;
    },
    deleteOthers: async (podId, id) => {
      await db.delete(customerAccesses).where(and(eq(customerAccesses.podId, podId), ne(customerAccesses.id, id)));
    },
  };
}

const accessOf = (row: typeof customerAccesses.$inferSelect): CustomerAccess => ({
  id: row.id,
  podId: row.podId,
  tenantId: row.tenantId,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  mayEnter: row.mayEnter,
});
