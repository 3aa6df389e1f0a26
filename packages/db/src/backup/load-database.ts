import { once } from "node:events";
import { finished } from "node:stream/promises";
import { AppError } from "@agentpod/core/errors";
import pg from "pg";
import { type CopyStreamQuery, from } from "pg-copy-streams";
import { connectionTarget, type Login } from "../connection-config.ts";
import { databaseError } from "../database-error.ts";
import type { MasterKey } from "../master-key.ts";
import { bringUp, checkServer } from "../migrate.ts";
import { migrationFiles } from "../migration-files.ts";
import { type Roles, rolesOf } from "../roles.ts";
import type { Sequence } from "./dump-database.ts";
import { ownSchemas, type StoredTable, storedTables } from "./stored-tables.ts";

export type LoadedTable = Pick<StoredTable, "schema" | "name" | "columns">;

/** A database being filled, in one transaction: until `commit` nothing has changed for anybody. */
export interface DatabaseLoad {
  /** A piece of a table's rows, as `DatabaseDump.rows` gave them; tables in their order, the pieces of each in theirs. */
  rows(table: LoadedTable, piece: Buffer): Promise<void>;
  /** Brings what was loaded to this code's schema, notes the restore, and lets everybody see it. Gives the migrations applied. */
  commit(end: LoadEnd): Promise<{ applied: string[] }>;
  /** Ends without a trace; after `commit` no effect. */
  close(): Promise<void>;
}

export interface LoadEnd {
  sequences: readonly Sequence[];
  /** Kept in the settings as `restored`: by it a restore that was cut off knows that it got this far. */
  restored: { id: string; at: string; madeAt: string; version: string };
}

export interface LoadOptions {
  ownerUrl: string;
  masterKey: MasterKey;
  /** Tags of the backup; the schema is made as they left it. */
  migrations: readonly string[];
  /** Takes the place of what is there. */
  replace: boolean;
}

/** Throws `conflict` for a backup of a newer schema; asks no database. */
export function checkKnown(migrations: readonly string[]): void {
  const known = new Set(migrationFiles().map(({ tag }) => tag));
  const unknown = migrations.find((tag) => !known.has(tag));
  if (unknown !== undefined)
    throw new AppError(
      "conflict",
      `The backup was made by a newer AgentPod (it has ${unknown}): restore it with that version or a later one.`,
    );
}

/**
 * Begins to fill a database. Throws `conflict` where there is something already and it is not to be replaced, and while a control
 * plane works with it.
 */
export async function loadDatabase({ ownerUrl, masterKey, migrations, replace }: LoadOptions): Promise<DatabaseLoad> {
  checkKnown(migrations);
  const roles = rolesOf(connectionTarget(ownerUrl).database, masterKey);
  const client = new pg.Client({ connectionString: ownerUrl, application_name: "agentpod restore", connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await checkServer(client);
    await client.query(
      "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set datestyle = 'ISO'; set timezone = 'UTC'",
    );
    await client.query("begin");
    await checkUnused(client, roles);
    await makeRoom(client, replace);
    const files = migrationFiles();
    await bringUp(
      client,
      files.filter(({ tag }) => migrations.includes(tag)),
      roles,
    );
    const tables = await storedTables(client);
    await open(client, tables);
    return loading(client, tables, roles);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw databaseError(error);
  }
}

function loading(client: pg.Client, tables: readonly StoredTable[], roles: Roles): DatabaseLoad {
  let current: { key: string; stream: CopyStreamQuery; done: Promise<unknown> } | null = null;
  const endTable = async () => {
    const ending = current;
    current = null;
    ending?.stream.end();
    await ending?.done;
  };
  const orFail = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw databaseError(error);
    }
  };
  return {
    rows: (table, piece) =>
      orFail(async () => {
        const key = `${table.schema}.${table.name}`;
        if (current?.key !== key) {
          await endTable();
          const stream = client.query(from(copyInto(table, tables)));
          const done = finished(stream);
          done.catch(() => undefined);
          current = { key, stream, done };
        }
        // A row that is refused ends the stream: waiting for it to drain would be for ever.
        if (!current.stream.write(piece)) await Promise.race([once(current.stream, "drain"), current.done]);
      }),
    commit: ({ sequences, restored }) =>
      orFail(async () => {
        await endTable();
        await settle(client, sequences);
        await close(client, tables);
        const applied = await bringUp(client, migrationFiles(), roles);
        await endOperations(client);
        await note(client, restored);
        await client.query("commit");
        return { applied };
      }),
    close: () => client.end().catch(() => undefined),
  };
}

/** A control plane that serves would go on with what it knows, and write it into what is restored. */
async function checkUnused(client: pg.Client, roles: Roles): Promise<void> {
  const { rows } = await client.query(
    "select 1 from pg_stat_activity where datname = current_database() and usename = any ($1) and pid <> pg_backend_pid() limit 1",
    [(Object.values(roles) as Login[]).map(({ user }) => user)],
  );
  if (rows.length > 0)
    throw new AppError("conflict", "AgentPod is at work on this database: stop every AgentPod that uses it, then restore.");
}

async function makeRoom(client: pg.Client, replace: boolean): Promise<void> {
  const { rows } = await client.query<{ name: string }>("select nspname as name from pg_namespace where nspname = any ($1)", [ownSchemas]);
  if (rows.length === 0) return;
  if (!replace)
    throw new AppError("conflict", "There is an AgentPod in this database already: restore into an empty one, or replace it with --force.");
  for (const { name } of rows) await client.query(`drop schema ${pg.escapeIdentifier(name)} cascade`);
}

/** Rows come as they are: past row-level security, without triggers, in place of those that migrations put there. */
async function open(client: pg.Client, tables: readonly StoredTable[]): Promise<void> {
  for (const table of tables)
    await client.query(`alter table ${nameOf(table)} no force row level security; alter table ${nameOf(table)} disable trigger user`);
  const filled = tables.filter(({ name }) => name !== "migrations");
  await client.query(`truncate ${filled.map(nameOf).join(", ")}`);
}

async function close(client: pg.Client, tables: readonly StoredTable[]): Promise<void> {
  for (const table of tables) {
    await client.query(`alter table ${nameOf(table)} enable trigger user`);
    if (table.isForced) await client.query(`alter table ${nameOf(table)} force row level security`);
  }
}

function copyInto({ schema, name, columns }: LoadedTable, tables: readonly StoredTable[]): string {
  const table = tables.find((one) => one.schema === schema && one.name === name);
  const unknown = table && columns.find((column) => !table.columns.includes(column));
  if (table === undefined || unknown !== undefined)
    throw new AppError("invalid", `The backup holds rows of ${schema}.${name} that do not fit its own migrations.`);
  return `copy ${nameOf(table)} (${columns.map((column) => pg.escapeIdentifier(column)).join(", ")}) from stdin`;
}

/**
 * Sequences go on behind the rows. The route table is newer than any that a gateway may still serve: milliseconds since 1970 pass
 * by far what one change after the other can count. What routes led to is not here, or is somebody else's by now.
 */
async function settle(client: pg.Client, sequences: readonly Sequence[]): Promise<void> {
  for (const { schema, name, lastValue, isCalled } of sequences)
    await client.query("select setval($1::regclass, $2::bigint, $3)", [
      `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`,
      lastValue,
      isCalled,
    ]);
  await client.query(
    "update agentpod.route_table set version = greatest(version + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)",
  );
  await client.query("update agentpod.routes set state = 'unready', upstreams = '[]' where state in ('serving', 'holding')");
}

/** What was under way when the backup was made: its next step would find another world. People see what was done, and begin again. */
async function endOperations(client: pg.Client): Promise<void> {
  const message = "AgentPod was restored from a backup in the midst of it: see how its pods are, then begin it again.";
  const tables = ["operations", "operation_pods", "operation_steps"];
  for (const table of tables) await client.query(`alter table agentpod.${table} no force row level security`);
  await client.query(
    `update agentpod.operations set state = 'failed', message = $1::text, error = jsonb_build_object('code', 'unavailable', 'message', $1::text),
       ended_at = now(), lease_owner = null, lease_until = null where state in ('queued', 'running')`,
    [message],
  );
  await client.query("update agentpod.operation_steps set state = 'failed', ended_at = now() where state = 'running'");
  await client.query("update agentpod.operation_pods set is_active = false where is_active");
  for (const table of tables) await client.query(`alter table agentpod.${table} force row level security`);
}

/** After the last migration, for these rows are of this code's schema; past the policies that hold the owner too. */
async function note(client: pg.Client, restored: LoadEnd["restored"]): Promise<void> {
  const message = `restored from the backup of ${restored.madeAt}, made by AgentPod ${restored.version}`;
  await client.query(
    `insert into agentpod.settings (key, value, actor) values ('restored', $1, 'system')
     on conflict (key) do update set value = excluded.value, updated_at = now()`,
    [JSON.stringify(restored)],
  );
  await client.query("alter table agentpod.events no force row level security");
  await client.query(
    `insert into agentpod.events (type, actor, result, message, data) values ('backup.restored', 'system', 'ok', $1, $2)`,
    [message, JSON.stringify(restored)],
  );
  await client.query("alter table agentpod.events force row level security");
}

const nameOf = ({ schema, name }: Pick<StoredTable, "schema" | "name">): string =>
  `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
