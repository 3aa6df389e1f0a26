import { findEmbeddedUrl } from "@agentpod/db/embedded/start-embedded";
import { loadMasterKey } from "@agentpod/db/master-key";
import { rolesOf } from "@agentpod/db/roles";
import pg from "pg";
import type { Installation } from "./installation.ts";

/** How many rows tables of an installation's embedded database have, of whichever tenant: as its system role, which sees all. */
export async function rowsOf({ home }: Pick<Installation, "home">, tables: readonly string[]): Promise<Record<string, number>> {
  const url = await findEmbeddedUrl(home);
  if (!url) throw new Error("its PostgreSQL does not run");
  const whole = new pg.Client({ connectionString: url });
  const { user, password } = rolesOf(whole.database ?? "", loadMasterKey(home, {})).system;
  const client = new pg.Client({ host: whole.host, port: whole.port, database: whole.database, user, password });
  await client.connect();
  try {
    const counts: Record<string, number> = {};
    for (const table of tables)
      counts[table] = (await client.query(`select count(*)::int as n from agentpod.${pg.escapeIdentifier(table)}`)).rows[0].n;
    return counts;
  } finally {
    await client.end();
  }
}
