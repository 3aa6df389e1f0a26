import { AppError } from "@agentpod/core/errors";
import pg from "pg";
import type { Login } from "./connection-config.ts";
import type { Roles } from "./roles.ts";
import { scramVerifier } from "./scram-verifier.ts";

/**
 * Makes the roles that serve, or gives them the current password; within the caller's transaction. None may bypass
 * row-level security or belong to another role: `conflict` where someone has made them so.
 */
export async function ensureRoles(client: pg.Client, roles: Roles): Promise<void> {
  for (const login of Object.values(roles) as Login[]) {
    await ensureRole(client, login);
    await checkPowerless(client, login.user);
  }
}

async function ensureRole(client: pg.Client, { user, password }: Login): Promise<void> {
  const name = pg.escapeIdentifier(user);
  const verifier = pg.escapeLiteral(scramVerifier(password));
  const { rows } = await client.query("select 1 from pg_roles where rolname = $1", [user]);
  await client.query("savepoint role");
  try {
    if (rows.length === 0) await client.query(`create role ${name} login noinherit password ${verifier}`);
    else await client.query(`alter role ${name} login password ${verifier}`);
    await client.query(`alter role ${name} set statement_timeout = '60s'`);
    await client.query(`alter role ${name} set idle_in_transaction_session_timeout = '60s'`);
    await client.query(`grant connect on database ${pg.escapeIdentifier(client.database ?? "")} to ${name}`);
  } catch (error) {
    if ((error as { code?: string }).code !== "42501") throw error;
    await client.query("rollback to savepoint role");
    if (rows.length > 0) return;
    throw new AppError(
      "forbidden",
      `The user of DATABASE_URL may not create roles: run ALTER ROLE ${pg.escapeIdentifier(client.user ?? "")} CREATEROLE as a superuser, then start again.`,
      { cause: error },
    );
  }
}

async function checkPowerless(client: pg.Client, user: string): Promise<void> {
  const { rows } = await client.query(
    `select r.rolsuper or r.rolbypassrls or r.rolcreaterole or exists (select from pg_auth_members m where m.member = r.oid) as powerful
     from pg_roles r where r.rolname = $1`,
    [user],
  );
  if (rows[0]?.powerful) {
    throw new AppError(
      "conflict",
      `The database role ${user} has rights that would let it around row-level security: revoke SUPERUSER, BYPASSRLS, CREATEROLE and its memberships, then start again.`,
    );
  }
}
