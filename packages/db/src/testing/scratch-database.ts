import { randomBytes } from "node:crypto";
import type { Database } from "@agentpod/core/store";
import pg from "pg";
import { keyOf, type MasterKey } from "../master-key.ts";
import { migrate } from "../migrate.ts";
import { openDatabase } from "../open-database.ts";
import { type Roles, rolesOf } from "../roles.ts";

export interface ScratchDatabase {
  database: Database;
  /** URL of its owner. */
  ownerUrl: string;
  masterKey: MasterKey;
  roles: Roles;
  /** URL for one of its roles, for tests that look past the stores. */
  urlOf(login: { user: string; password: string }): string;
  drop(): Promise<void>;
}

/** An empty database of its own on a running server, migrated and open. */
export async function scratchDatabase(serverUrl: string): Promise<ScratchDatabase> {
  const { url, drop } = await emptyDatabase(serverUrl);
  const masterKey: MasterKey = { current: keyOf(randomBytes(32)), older: [] };
  const roles = rolesOf(new URL(url).pathname.slice(1), masterKey);
  await migrate(url, { masterKey });
  const database = await openDatabase({ ownerUrl: url, masterKey, embedded: true });
  return {
    database,
    ownerUrl: url,
    masterKey,
    roles,
    urlOf: (login) => Object.assign(new URL(url), { username: login.user, password: login.password }).href,
    drop: async () => {
      await database.close();
      await drop();
    },
  };
}

/** A database without any schema; `drop` takes the roles made for it along. */
export async function emptyDatabase(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `scratch_${randomBytes(6).toString("hex")}`;
  await asOwner(serverUrl, [`create database ${name}`]);
  return {
    url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href,
    drop: async () => {
      const roles = await asOwner(serverUrl, [
        `select rolname from pg_roles where rolname in ('${name}_app', '${name}_system', '${name}_auth', '${name}_dbos')`,
      ]);
      const names = roles.map((r) => r.rolname);
      // A member may end the connections that are still closing.
      if (names.length > 0) await asOwner(serverUrl, [`grant ${names.join(", ")} to current_user`]);
      await dropWhenFree(serverUrl, name);
      await asOwner(
        serverUrl,
        names.map((role) => `drop role ${role}`),
      );
    },
  };
}

/** An autovacuum worker in the database is the superuser's, and not the owner's to end: it is through in a moment. */
async function dropWhenFree(serverUrl: string, name: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await asOwner(serverUrl, [`drop database ${name} with (force)`]);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== "42501" || Date.now() > deadline) throw error;
    }
  }
}

/** Runs the statements one by one; gives the last one's rows. */
async function asOwner(url: string, statements: string[]): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, string>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
