import pg from "pg";
import { databaseError } from "../database-error.ts";

/** What a database holds that a restore would replace. */
export interface DatabaseContent {
  tenants: number;
  pods: number;
  /** Migrations of before users existed know none. */
  users: number;
}

/** Null where there is no AgentPod in it. Waits for nobody who works with it: `unavailable` then. */
export async function lookAtDatabase(ownerUrl: string): Promise<DatabaseContent | null> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: "agentpod restore", connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(
      "select to_regclass('agentpod.pods') is not null as there, to_regclass('agentpod_auth.users') is not null as has_users",
    );
    if (!rows[0].there) return null;
    await client.query("begin; set local lock_timeout = '5s'");
    // Row-level security holds the owner too; what is changed here is undone below.
    await client.query("alter table agentpod.tenants no force row level security; alter table agentpod.pods no force row level security");
    const count = async (table: string) => Number((await client.query(`select count(*) from ${table}`)).rows[0].count);
    const content = {
      tenants: await count("agentpod.tenants"),
      pods: await count("agentpod.pods"),
      users: rows[0].has_users ? await count("agentpod_auth.users") : 0,
    };
    await client.query("rollback");
    return content;
  } catch (error) {
    throw databaseError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
