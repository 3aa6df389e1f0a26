import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import pg from "pg";
import { to } from "pg-copy-streams";
import { connectionTarget, loginConfig } from "../connection-config.ts";
import { databaseError } from "../database-error.ts";
import type { MasterKey } from "../master-key.ts";
import { rolesOf } from "../roles.ts";
import { keepsRows, type StoredTable, storedSchemas, storedTables } from "./stored-tables.ts";

export interface Sequence {
  schema: string;
  name: string;
  lastValue: string;
  isCalled: boolean;
}

/** The whole database at one moment, while it goes on being written to. */
export interface DatabaseDump {
  installation: string;
  /** Tags of the migrations that made it. */
  migrations: string[];
  tables: StoredTable[];
  /** Digests of uploaded artifacts. */
  artifacts: string[];
  /** Names of files of archived events. */
  archives: string[];
  /** All rows of one of `tables` in PostgreSQL's COPY text format. One at a time. */
  rows(table: StoredTable): Readable;
  /** Where sequences stand; asked last, so that none is behind the rows. */
  sequences(): Promise<Sequence[]>;
  /** Lets the snapshot go. */
  close(): Promise<void>;
}

/** Key of the advisory lock: one backup of a database at a time. */
const lockKey = 7_204_113_953;

/**
 * Holds one snapshot on two connections: the system role sees every row of the tables under row-level security, the owner those of
 * logins. Throws `conflict` while another backup of this database is made, `internal` where a table would not be seen whole.
 */
export async function dumpDatabase({ ownerUrl, masterKey }: { ownerUrl: string; masterKey: MasterKey }): Promise<DatabaseDump> {
  const target = connectionTarget(ownerUrl);
  const system = rolesOf(target.database, masterKey).system;
  const owning = new pg.Client({ connectionString: ownerUrl, application_name: "agentpod backup", connectionTimeoutMillis: 10_000 });
  const seeing = new pg.Client(loginConfig(target, system, "agentpod backup"));
  const close = async () => {
    await Promise.all([owning, seeing].map((client) => client.end().catch(() => undefined)));
  };
  // A connection that breaks fails the running query; the event beside it must not end the process.
  for (const client of [owning, seeing]) client.on("error", () => undefined);
  try {
    await Promise.all([owning.connect(), seeing.connect()]);
    for (const client of [owning, seeing]) await client.query(unhurried);
    const lock = await owning.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [lockKey]);
    if (!lock.rows[0]?.taken) throw new AppError("conflict", "A backup is being made already: wait until it is done.");
    await owning.query("begin isolation level repeatable read read only");
    const { rows } = await owning.query<{ id: string }>("select pg_export_snapshot() as id");
    await seeing.query("begin isolation level repeatable read read only");
    await seeing.query(`set transaction snapshot ${pg.escapeLiteral(rows[0]?.id ?? "")}`);
    const tables = await storedTables(owning);
    await checkSeen(seeing, tables);
    const textsOf = async (client: pg.Client, sql: string) => (await client.query<{ text: string }>(sql)).rows.map(({ text }) => text);
    const [installation] = await textsOf(seeing, "select value #>> '{}' as text from agentpod.settings where key = 'installation'");
    const hasArchives = tables.some(({ name }) => name === "event_archives");
    return {
      installation: installation ?? "",
      migrations: await textsOf(owning, "select tag as text from agentpod.migrations order by tag"),
      tables: tables.filter(keepsRows),
      artifacts: await textsOf(seeing, "select distinct digest as text from agentpod.artifacts order by 1"),
      archives: hasArchives ? await textsOf(seeing, "select file as text from agentpod.event_archives order by from_seq") : [],
      rows: (table) => (table.schema === "agentpod" ? seeing : owning).query(to(copyOf(table))),
      sequences: () => sequencesOf(owning),
      close,
    };
  } catch (error) {
    await close();
    throw databaseError(error);
  }
}

/** The roles' time limits are for requests. How values are written does not depend on the server's settings. */
const unhurried = `set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set datestyle = 'ISO';
  set timezone = 'UTC'; set intervalstyle = 'postgres'; set bytea_output = 'hex'; set extra_float_digits = 1`;

function copyOf({ schema, name, columns }: StoredTable): string {
  // Transactions of this server mean nothing on another: events begin with 0 there, as after every change of server.
  const value = (column: string) =>
    schema === "agentpod" && name === "events" && column === "xid" ? "'0'::xid8" : pg.escapeIdentifier(column);
  return `copy (select ${columns.map(value).join(", ")} from ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}) to stdout`;
}

/** A policy that hides rows would make a backup that lacks them, silently. */
async function checkSeen(seeing: pg.Client, tables: readonly StoredTable[]): Promise<void> {
  const { rows } = await seeing.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'agentpod'::regnamespace and c.relkind = 'r' and c.relname = any ($1)
       and (not has_table_privilege(c.oid, 'SELECT') or (c.relrowsecurity and not exists (
         select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', 'r')
           and (select oid from pg_roles where rolname = current_user) = any (p.polroles)
           and pg_get_expr(p.polqual, p.polrelid) = 'true'))
         or exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive))`,
    [tables.filter((table) => table.schema === "agentpod" && keepsRows(table)).map(({ name }) => name)],
  );
  const names = rows.map(({ name }) => name).join(", ");
  if (names !== "") throw new AppError("internal", `The backup would not be whole: the system role does not see all rows of ${names}.`);
}

async function sequencesOf(owning: pg.Client): Promise<Sequence[]> {
  const { rows } = await owning.query<{ schema: string; name: string }>(
    "select schemaname as schema, sequencename as name from pg_sequences where schemaname = any ($1) order by 1, 2",
    [storedSchemas],
  );
  const found: Sequence[] = [];
  for (const { schema, name } of rows) {
    const at = await owning.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`,
    );
    found.push({ schema, name, lastValue: at.rows[0]?.last ?? "1", isCalled: at.rows[0]?.called ?? false });
  }
  return found;
}
