import { AppError } from "@agentpod/core/errors";
import pg from "pg";
import { connectionTarget, loginConfig } from "./connection-config.ts";
import { databaseError } from "./database-error.ts";
import type { MasterKey } from "./master-key.ts";
import { rolesOf } from "./roles.ts";

/** Where the library of durable workflows keeps how far each got: a schema that a role of its own reads and writes. */
export interface WorkflowDatabase {
  schema: string;
  role: string;
  /** A URL that the library accepts; it says which database, and no password. */
  name: string;
  pool: pg.Pool;
  /** Runs the library's own migrations as the owner, one control plane at a time. */
  migrate(work: (ownerUrl: string) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Key of the advisory lock: the library takes none for its migrations. */
const lockKey = 7_204_113_955;

/** Connects when first used, and lets connections go that are idle. */
export function openWorkflowDatabase(ownerUrl: string, masterKey: MasterKey): WorkflowDatabase {
  const target = connectionTarget(ownerUrl);
  const { dbos } = rolesOf(target.database, masterKey);
  const pool = new pg.Pool({ ...loginConfig(target, dbos, "agentpod workflows"), max: 5, idleTimeoutMillis: 10_000 });
  // The database may go at any time: the next query says so, and the process lives on.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return {
    schema: "agentpod_dbos",
    role: dbos.user,
    name: `postgresql://${encodeURIComponent(dbos.user)}@localhost/${encodeURIComponent(target.database)}`,
    pool,
    migrate: (work) => underLock(ownerUrl, () => work(ownerUrl)),
    close: () => pool.end(),
  };
}

async function underLock(ownerUrl: string, work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: "agentpod workflows", connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    // Held by the session and not by a transaction: the library builds indexes concurrently, which wait for those.
    const lock = async () => (await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [lockKey])).rows[0]?.taken;
    if (!(await lock())) throw new AppError("unavailable", "Another control plane prepares the database for workflows: try again.");
    await work();
  } catch (error) {
    throw databaseError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
