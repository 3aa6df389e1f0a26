import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { Invitation } from "@agentpod/core/user";
import type { InvitationStore } from "@agentpod/core/user-store";
import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { invitations } from "../schema/invitations.ts";
import type { Tx } from "../tenant-tx.ts";

export function invitationStore({ db }: Tx): InvitationStore {
  const open = and(isNull(invitations.usedAt), gt(invitations.expiresAt, sql`now()`));
  return {
    insert: async ({ expiresAt, ...values }) => {
      const [row] = await db
        .insert(invitations)
        .values({ id: randomUUID(), ...values, expiresAt: new Date(expiresAt) })
        .returning();
      if (!row) throw new AppError("internal", "The invitation was not stored.");
      return invitationOf(row);
    },
    list: async (tenantId) => {
      const rows = await db
        .select()
        .from(invitations)
        .where(and(eq(invitations.tenantId, tenantId), open))
        .orderBy(desc(invitations.createdAt));
      return rows.map(invitationOf);
    },
    holdByHash: async (secretHash) => {
      const [row] = await db
        .select()
        .from(invitations)
        .where(and(eq(invitations.secretHash, secretHash), open))
        .for("update");
      return row ? invitationOf(row) : null;
    },
    markUsed: async (id, userId) => {
      await db.update(invitations).set({ usedAt: new Date(), usedBy: userId }).where(eq(invitations.id, id));
    },
    delete: async (tenantId, id) => {
      const rows = await db
        .delete(invitations)
        .where(and(eq(invitations.tenantId, tenantId), eq(invitations.id, id)))
        .returning({ id: invitations.id });
      if (rows.length === 0) throw new AppError("not_found", `There is no invitation ${id}.`);
    },
  };
}

const invitationOf = (row: typeof invitations.$inferSelect): Invitation => ({
  id: row.id,
  tenantId: row.tenantId,
  role: row.role,
  email: row.email,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  usedAt: row.usedAt?.toISOString() ?? null,
});
