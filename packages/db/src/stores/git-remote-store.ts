import type { GitRemote, GitRemoteStore } from "@agentpod/core/git-remote";
import { and, eq, inArray, sql } from "drizzle-orm";
import { gitRemotes } from "../schema/git-remotes.ts";
import type { Tx } from "../tenant-tx.ts";

export function gitRemoteStore({ db, tenants: allowed }: Tx): GitRemoteStore {
  const visible = allowed === "*" ? undefined : inArray(gitRemotes.tenantId, [...allowed]);
  const one = (tenantId: string, name: string) => and(visible, eq(gitRemotes.tenantId, tenantId), eq(gitRemotes.name, name));
  return {
    find: async (tenantId, name) => {
      const [row] = await db.select().from(gitRemotes).where(one(tenantId, name));
      return row ? remoteOf(row) : null;
    },
    put: async (remote) => {
      const { branch, commit } = remote;
      await db
        .insert(gitRemotes)
        .values(remote)
        .onConflictDoUpdate({ target: [gitRemotes.tenantId, gitRemotes.name], set: { branch, commit, pushedAt: sql`now()` } });
    },
    list: async () => (await db.select().from(gitRemotes).where(visible)).map(remoteOf),
    delete: async (tenantId, name) => {
      await db.delete(gitRemotes).where(one(tenantId, name));
    },
  };
}

const remoteOf = (row: typeof gitRemotes.$inferSelect): GitRemote => ({ ...row, pushedAt: row.pushedAt.toISOString() });
