import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { Token, TokenStore } from "@agentpod/core/store";
import { and, asc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { tokens } from "../schema/tokens.ts";
import type { Tx } from "../tenant-tx.ts";

export function tokenStore({ db }: Tx): TokenStore {
  return {
    insert: async ({ name, tenantId, ownerId = null, permissions, secretHash, expiresAt }) => {
      const [row] = await db
        .insert(tokens)
        .values({
          id: randomUUID(),
          name,
          tenantId,
          ownerId,
          permissions: [...permissions],
          secretHash,
          expiresAt: expiresAt === null ? null : new Date(expiresAt),
        })
        .returning();
      if (!row) throw new AppError("internal", "The token was not stored.");
      return tokenOf(row);
    },
    findByHash: async (secretHash) => {
      const [row] = await db
        .select()
        .from(tokens)
        .where(and(eq(tokens.secretHash, secretHash), or(isNull(tokens.expiresAt), gt(tokens.expiresAt, sql`now()`))));
      if (!row) return null;
      const stale = or(isNull(tokens.lastUsedAt), lt(tokens.lastUsedAt, sql`now() - interval '1 minute'`));
      if (row.lastUsedAt === null || Date.now() - row.lastUsedAt.getTime() > 60_000) {
        await db
          .update(tokens)
          .set({ lastUsedAt: sql`now()` })
          .where(and(eq(tokens.id, row.id), stale));
      }
      return tokenOf(row);
    },
    list: async () => (await db.select().from(tokens).orderBy(asc(tokens.createdAt), asc(tokens.id))).map(tokenOf),
    listOf: async (ownerId) =>
      (await db.select().from(tokens).where(eq(tokens.ownerId, ownerId)).orderBy(asc(tokens.createdAt), asc(tokens.id))).map(tokenOf),
    delete: async (id) => {
      const rows = await db.delete(tokens).where(eq(tokens.id, id)).returning({ id: tokens.id });
      if (rows.length === 0) throw new AppError("not_found", `There is no token with id ${id}.`);
    },
  };
}

const tokenOf = ({ id, name, tenantId, ownerId, permissions, createdAt, expiresAt, lastUsedAt }: typeof tokens.$inferSelect): Token => ({
  id,
  name,
  tenantId,
  ownerId,
  permissions,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});
