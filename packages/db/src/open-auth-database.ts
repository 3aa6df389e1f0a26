import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { connectionTarget, loginConfig } from "./connection-config.ts";
import type { MasterKey } from "./master-key.ts";
import { rolesOf } from "./roles.ts";
import { authAccounts } from "./schema/auth-accounts.ts";
import { authSessions } from "./schema/auth-sessions.ts";
import { authSigningKeys } from "./schema/auth-signing-keys.ts";
import { authTwoFactors } from "./schema/auth-two-factors.ts";
import { authUsers } from "./schema/auth-users.ts";
import { authVerifications } from "./schema/auth-verifications.ts";

/** The login library's database: a role that sees its schema alone. */
export interface AuthDatabase {
  db: NodePgDatabase;
  /** By the library's names. */
  tables: typeof tables;
  close(): Promise<void>;
}

const tables = {
  user: authUsers,
  session: authSessions,
  account: authAccounts,
  verification: authVerifications,
  twoFactor: authTwoFactors,
  jwks: authSigningKeys,
};

/** Connects when first used, and lets connections go that are idle. */
export function openAuthDatabase(ownerUrl: string, masterKey: MasterKey): AuthDatabase {
  const target = connectionTarget(ownerUrl);
  const { auth } = rolesOf(target.database, masterKey);
  const pool = new pg.Pool({ ...loginConfig(target, auth, "agentpod auth"), max: 4, idleTimeoutMillis: 10_000 });
  // The database may go at any time: the next query says so, and the process lives on.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return { db: drizzle(pool), tables, close: () => pool.end() };
}
