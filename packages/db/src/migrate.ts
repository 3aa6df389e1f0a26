import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import pg from "pg";
import { connectionTarget } from "./connection-config.ts";
import { databaseError } from "./database-error.ts";
import { ensureRoles } from "./ensure-roles.ts";
import type { MasterKey } from "./master-key.ts";
import { type Migration, migrationFiles } from "./migration-files.ts";
import { rebaseEvents } from "./rebase-events.ts";
import { reencryptSecrets } from "./reencrypt-secrets.ts";
import { type Roles, rolesOf } from "./roles.ts";

/** Key of the advisory lock, any fixed number: one migrator at a time on a database. */
const lockKey = 7_204_113_951;

/**
 * Brings the database to this code's schema, makes the roles that serve, and moves secrets to the current master key. All in
 * one transaction under a lock: several control planes may start together, and a failure leaves nothing. Again: no effect.
 * Throws `conflict` for a database newer than the code, `unavailable` when it does not answer.
 */
export async function migrate(ownerUrl: string, { masterKey }: { masterKey: MasterKey }): Promise<{ applied: string[] }> {
  const target = connectionTarget(ownerUrl);
  const roles = rolesOf(target.database, masterKey);
  const client = new pg.Client({ connectionString: ownerUrl, application_name: "agentpod migrate", connectionTimeoutMillis: 10_000 });
  // A connection that breaks fails the running query; the event beside it must not end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await checkServer(client);
    const applied = await inTransaction(client, () => bringUp(client, migrationFiles(), roles));
    await rebaseEvents(client, target, roles.system);
    await reencryptSecrets(target, roles.system, masterKey);
    return { applied };
  } catch (error) {
    throw databaseError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Brings the database to these migrations, in the caller's transaction: the lock of migrators, the roles, then each migration
 * that is not there yet. Gives the tags of those; throws `conflict` where there is one that is not among them.
 */
export async function bringUp(client: pg.Client, files: Migration[], roles: Roles): Promise<string[]> {
  await client.query("set local lock_timeout = '60s'");
  await client.query("select pg_advisory_xact_lock($1)", [lockKey]);
  await ensureRoles(client, roles);
  const done = await appliedTags(client);
  const unknown = done.find((tag) => !files.some((f) => f.tag === tag));
  if (unknown !== undefined) {
    throw new AppError(
      "conflict",
      `The database was made by a newer AgentPod (it has ${unknown}): start that version or a later one; an older one would damage it.`,
    );
  }
  const applied: string[] = [];
  for (const { tag, sql } of files.filter((f) => !done.includes(f.tag))) {
    await client.query(withRoleNames(sql, roles));
    applied.push(tag);
  }
  await client.query(
    "create table if not exists agentpod.migrations (tag text primary key, applied_at timestamptz not null default now())",
  );
  for (const tag of applied) await client.query("insert into agentpod.migrations (tag) values ($1)", [tag]);
  await client.query(
    "insert into agentpod.settings (key, value, actor) values ('installation', to_jsonb($1::text), 'system') on conflict (key) do nothing",
    [randomUUID()],
  );
  return applied;
}

async function appliedTags(client: pg.Client): Promise<string[]> {
  const table = await client.query("select to_regclass('agentpod.migrations') is not null as there");
  if (!table.rows[0].there) return [];
  const rows = await client.query("select tag from agentpod.migrations order by tag");
  return rows.rows.map((r: { tag: string }) => r.tag);
}

const withRoleNames = (sql: string, roles: Roles) =>
  sql
    .replaceAll('"agentpod_app"', pg.escapeIdentifier(roles.app.user))
    .replaceAll('"agentpod_system"', pg.escapeIdentifier(roles.system.user))
    .replaceAll('"agentpod_login"', pg.escapeIdentifier(roles.auth.user));

/** Throws `invalid` for a server that is too old. */
export async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    "select current_setting('server_version_num')::int as num, current_setting('server_version') as version",
  );
  if (rows[0].num < 160_000) {
    throw new AppError(
      "invalid",
      `The database is PostgreSQL ${rows[0].version}; AgentPod needs 16 or later: upgrade it, or leave DATABASE_URL out.`,
    );
  }
}

async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query("begin");
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}
