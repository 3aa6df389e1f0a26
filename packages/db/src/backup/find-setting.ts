import pg from "pg";
import { databaseError } from "../database-error.ts";

/** A setting as the owner sees it, without the program's own roles; null where it is not set, or there is no AgentPod in the database. */
export async function findSetting(ownerUrl: string, key: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: "agentpod restore", connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const there = await client.query("select to_regclass('agentpod.settings') is not null as there");
    if (!there.rows[0].there) return null;
    return (await client.query("select value from agentpod.settings where key = $1", [key])).rows[0]?.value ?? null;
  } catch (error) {
    throw databaseError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
