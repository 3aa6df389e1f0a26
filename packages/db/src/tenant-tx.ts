import { AppError } from "@agentpod/core/errors";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { databaseError } from "./database-error.ts";

/** One transaction's hold on the database. Useless once the transaction has ended. */
export interface Tx {
  db: NodePgDatabase;
  /** The tenants (ids) it may see; "*" is all. Policies enforce it; queries say it too where an index then serves. */
  tenants: "*" | readonly string[];
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One transaction in which row-level security shows and admits these tenants (ids) only. The only way to a connection of the app role. */
export function asTenants<T>(pool: pg.Pool, tenants: "*" | readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
  if (tenants !== "*" && !tenants.every((id) => uuid.test(id))) {
    return Promise.reject(new AppError("internal", "A tenant id is not a uuid."));
  }
  const setting = tenants === "*" ? "*" : `{${tenants.join(",")}}`;
  return transaction(pool, tenants, work, async (client) => {
    // Local to the transaction: the connection's next user starts with none.
    await client.query("select set_config('app.tenants', $1, true)", [setting]);
  });
}

/** One transaction as the system role, which sees every row by policies of its own. */
export function asSystem<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(pool, "*", work, async () => undefined);
}

/** For single statements as the system role, each a transaction of its own. What they throw is for `databaseError`. */
export const alone = (pool: pg.Pool): Tx => ({ db: drizzle(pool), tenants: "*" });

async function transaction<T>(
  pool: pg.Pool,
  tenants: Tx["tenants"],
  work: (tx: Tx) => Promise<T>,
  enter: (client: pg.PoolClient) => Promise<void>,
): Promise<T> {
  const client = await pool.connect().catch((error) => Promise.reject(databaseError(error)));
  const gate = gateOf(client);
  let broken = false;
  try {
    await client.query("begin");
    await enter(client);
    const result = await work({ db: drizzle(gate.client), tenants });
    gate.close();
    const end = await client.query("commit");
    // A statement failed and the failure was swallowed: PostgreSQL answers COMMIT with ROLLBACK, and nothing was kept.
    if (end.command !== "COMMIT") throw new AppError("internal", "The transaction was rolled back: an error in it was passed over.");
    return result;
  } catch (error) {
    gate.close();
    await client.query("rollback").catch(() => {
      broken = true;
    });
    throw databaseError(error);
  } finally {
    client.release(broken);
  }
}

/** The client as long as the transaction lasts: a query that was not awaited must not run in another tenant's transaction. */
function gateOf(client: pg.PoolClient): { client: pg.PoolClient; close(): void } {
  let open = true;
  const query = (...args: unknown[]) => {
    if (!open) return Promise.reject(new AppError("internal", "A query was made after its transaction had ended."));
    return (client.query as (...a: unknown[]) => unknown)(...args);
  };
  return {
    client: new Proxy(client, { get: (on, key) => (key === "query" ? query : Reflect.get(on, key)) }),
    close: () => {
      open = false;
    },
  };
}
