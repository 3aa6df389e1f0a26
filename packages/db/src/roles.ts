import { createHash, createHmac } from "node:crypto";
import type { Login } from "./connection-config.ts";
import type { MasterKey } from "./master-key.ts";

export interface Roles {
  /** Serves requests: held to the transaction's tenants. */
  app: Login;
  /** Serves the reconciler: sees every row by policies of its own. */
  system: Login;
  /** Of the login library: its own schema and nothing else. */
  auth: Login;
  /** Of the library of durable workflows: its own schema and nothing else. */
  dbos: Login;
}

/**
 * Names derive from the database (roles belong to the whole server), passwords from the master key: every replica comes to the
 * same. The oldest key known counts, so that rotation does not lock out a replica that has not got the new one yet.
 */
export function rolesOf(database: string, master: MasterKey): Roles {
  const oldest = master.older.at(-1) ?? master.current;
  const base = /^[a-z_][a-z0-9_]{0,47}$/.test(database)
    ? database
    : `agentpod_${createHash("sha256").update(database).digest("hex").slice(0, 12)}`;
  const login = (name: string): Login => ({
    user: `${base}_${name}`,
    password: createHmac("sha256", oldest.key).update(`agentpod database role ${name}`).digest("base64url"),
  });
  return { app: login("app"), system: login("system"), auth: login("auth"), dbos: login("dbos") };
}
