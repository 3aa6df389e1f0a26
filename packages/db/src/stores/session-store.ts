import type { UserSession } from "@agentpod/core/user";
import type { UserStore } from "@agentpod/core/user-store";
import { and, desc, eq, gt, ne, sql } from "drizzle-orm";
import { authSessions } from "../schema/auth-sessions.ts";
import type { Tx } from "../tenant-tx.ts";

/** What may be known of a session; the system role has no right to its token. */
const columns = {
  id: authSessions.id,
  userId: authSessions.userId,
  expiresAt: authSessions.expiresAt,
  ipAddress: authSessions.ipAddress,
  userAgent: authSessions.userAgent,
  createdAt: authSessions.createdAt,
  updatedAt: authSessions.updatedAt,
};

export function sessionStore({ db }: Tx): Pick<UserStore, "sessions" | "findSession" | "endSession" | "endSessions"> {
  const living = gt(authSessions.expiresAt, sql`now()`);
  return {
    sessions: async (userId) => {
      const rows = await db
        .select(columns)
        .from(authSessions)
        .where(and(eq(authSessions.userId, userId), living))
        .orderBy(desc(authSessions.createdAt));
      return rows.map(sessionOf);
    },
    findSession: async (id) => {
      const [row] = await db
        .select(columns)
        .from(authSessions)
        .where(and(eq(authSessions.id, id), living));
      return row ? sessionOf(row) : null;
    },
    endSession: async (userId, id) => {
      const rows = await db
        .delete(authSessions)
        .where(and(eq(authSessions.userId, userId), eq(authSessions.id, id)))
        .returning({ id: authSessions.id });
      return rows.length > 0;
    },
    endSessions: async (userId, but) => {
      const others = but === null ? undefined : ne(authSessions.id, but);
      const rows = await db
        .delete(authSessions)
        .where(and(eq(authSessions.userId, userId), others))
        .returning({ id: authSessions.id });
      return rows.length;
    },
  };
}

type Row = Omit<UserSession, "expiresAt" | "createdAt" | "updatedAt"> & Record<"expiresAt" | "createdAt" | "updatedAt", Date>;

const sessionOf = (row: Row): UserSession => ({
  ...row,
  expiresAt: row.expiresAt.toISOString(),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
