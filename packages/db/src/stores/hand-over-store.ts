import { AppError } from "@agentpod/core/errors";
import type { HandOver, HandOverStore } from "@agentpod/core/hand-over";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { handOvers } from "../schema/hand-overs.ts";
import type { Tx } from "../tenant-tx.ts";

export function handOverStore({ db }: Tx): HandOverStore {
  return {
    put: async ({ expiresAt, ...values }) => {
      const next = { ...values, expiresAt: new Date(expiresAt), createdAt: new Date(), usedAt: null };
      const [row] = await db.insert(handOvers).values(next).onConflictDoUpdate({ target: handOvers.podId, set: next }).returning();
      if (!row) throw new AppError("internal", "The hand-over was not stored.");
      return handOverOf(row);
    },
    find: async (podId) => {
      const [row] = await db.select().from(handOvers).where(eq(handOvers.podId, podId));
      return row ? handOverOf(row) : null;
    },
    holdByHash: async (secretHash) => {
      const open = and(eq(handOvers.secretHash, secretHash), isNull(handOvers.usedAt), gt(handOvers.expiresAt, sql`now()`));
      const [row] = await db.select().from(handOvers).where(open).for("update");
      return row ? handOverOf(row) : null;
    },
    markUsed: async (podId, secretHash, isUsed) => {
      await db
        .update(handOvers)
        .set({ usedAt: isUsed ? new Date() : null })
        .where(and(eq(handOvers.podId, podId), eq(handOvers.secretHash, secretHash)));
    },
    delete: async (podId) => {
      await db.delete(handOvers).where(eq(handOvers.podId, podId));
    },
  };
}

const handOverOf = (row: typeof handOvers.$inferSelect): HandOver => ({
  podId: row.podId,
  tenantId: row.tenantId,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  usedAt: row.usedAt?.toISOString() ?? null,
});
