import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { User } from "@agentpod/core/user";
import type { UserStore } from "@agentpod/core/user-store";
import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import { authAccounts } from "../schema/auth-accounts.ts";
import { authTwoFactors } from "../schema/auth-two-factors.ts";
import { authUsers } from "../schema/auth-users.ts";
import { memberships } from "../schema/memberships.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";
import { sessionStore } from "./session-store.ts";

const credential = "credential";

export function userStore(tx: Tx): UserStore {
  const { db } = tx;
  const sessions = sessionStore(tx);
  const find = async (id: string) => {
    const [row] = await db.select().from(authUsers).where(eq(authUsers.id, id));
    return row ? userOf(row) : null;
  };
  const get = async (id: string) => {
    const user = await find(id);
    if (!user) throw new AppError("not_found", "There is no such user.");
    return user;
  };
  /** The admins are locked for the rest of the transaction: two of them cannot take each other away at once. */
  const checkNotLastAdmin = async (id: string) => {
    const admins = await db
      .select({ id: authUsers.id })
      .from(authUsers)
      .where(and(eq(authUsers.platformAdmin, true), isNull(authUsers.disabledAt)))
      .orderBy(asc(authUsers.id))
      .for("update");
    if (admins.length === 1 && admins[0]?.id === id)
      throw new AppError("conflict", "This is the last admin who can log in: make another user admin first.");
  };
  const change = async (id: string, values: Partial<typeof authUsers.$inferInsert>) => {
    await db
      .update(authUsers)
      .set({ ...values, updatedAt: new Date() })
      .where(eq(authUsers.id, id));
  };
  return {
    ...sessions,
    find,
    get,
    insert: async ({ name, email, passwordHash, platformAdmin, vouched }) => {
      const id = randomUUID();
      const [row] = await db
        .insert(authUsers)
        .values({ id, name, email: email.toLowerCase(), platformAdmin, emailVerified: vouched })
        .onConflictDoNothing({ target: authUsers.email })
        .returning();
      if (!row) throw new AppError("conflict", "A user with this email address already exists.");
      if (passwordHash !== null)
        await db
          .insert(authAccounts)
          .values({ id: randomUUID(), userId: id, providerId: credential, accountId: id, password: passwordHash });
      return userOf(row);
    },
    findByEmail: async (email) => {
      const [row] = await db.select().from(authUsers).where(eq(authUsers.email, email.toLowerCase()));
      return row ? userOf(row) : null;
    },
    list: async (ids) => {
      const query = db.select().from(authUsers);
      const rows = await (ids === undefined ? query : query.where(inArray(authUsers.id, [...ids]))).orderBy(asc(authUsers.email));
      return rows.map(userOf);
    },
    rename: async (id, name) => {
      await get(id);
      await change(id, { name });
    },
    setDisabled: async (id, disabled) => {
      const user = await get(id);
      if (disabled === (user.disabledAt !== null)) return;
      if (disabled) await checkNotLastAdmin(id);
      await change(id, { disabledAt: disabled ? new Date() : null });
      if (disabled) await sessions.endSessions(id, null);
    },
    setPlatformAdmin: async (id, platformAdmin) => {
      await get(id);
      if (!platformAdmin) await checkNotLastAdmin(id);
      await change(id, { platformAdmin });
    },
    setPassword: async (id, passwordHash) => {
      await get(id);
      await db
        .insert(authAccounts)
        .values({ id: randomUUID(), userId: id, providerId: credential, accountId: id, password: passwordHash })
        .onConflictDoUpdate({
          target: [authAccounts.userId, authAccounts.providerId],
          set: { password: passwordHash, updatedAt: new Date() },
        });
    },
    removeTwoFactor: async (id) => {
      await db.delete(authTwoFactors).where(eq(authTwoFactors.userId, id));
      await change(id, { twoFactorEnabled: false });
    },
    delete: async (id) => {
      await get(id);
      await checkNotLastAdmin(id);
      await db.delete(authUsers).where(eq(authUsers.id, id));
    },
    noteLogin: async (id) => {
      await db.update(authUsers).set({ lastLoginAt: sql`now()` }).where(eq(authUsers.id, id));
    },
    access: async (userId) => {
      const rows = await db
        .select({ user: authUsers, membership: memberships, tenant: tenants.name })
        .from(authUsers)
        .leftJoin(memberships, eq(memberships.userId, authUsers.id))
        .leftJoin(tenants, eq(tenants.id, memberships.tenantId))
        .where(and(eq(authUsers.id, userId), isNull(authUsers.disabledAt)))
        .orderBy(asc(tenants.name));
      const [first] = rows;
      if (!first) return null;
      return {
        user: userOf(first.user),
        memberships: rows.flatMap(({ membership, tenant }) =>
          membership && tenant !== null ? [{ ...membership, tenant, createdAt: membership.createdAt.toISOString() }] : [],
        ),
      };
    },
  };
}

const userOf = (row: typeof authUsers.$inferSelect): User => ({
  id: row.id,
  name: row.name,
  email: row.email,
  platformAdmin: row.platformAdmin,
  disabledAt: row.disabledAt?.toISOString() ?? null,
  twoFactor: row.twoFactorEnabled,
  createdAt: row.createdAt.toISOString(),
  lastLoginAt: row.lastLoginAt?.toISOString() ?? null,
});
