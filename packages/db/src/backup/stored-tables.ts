import type pg from "pg";

/** A table of AgentPod's, as the catalog has it. */
export interface StoredTable {
  schema: string;
  name: string;
  /** Those that are stored, in order. */
  columns: string[];
  /** Rows are hidden even from its owner. */
  isForced: boolean;
}

/** Those whose rows are stored. */
export const storedSchemas = ["agentpod", "agentpod_auth"] as const;

/** All that is AgentPod's. How far workflows got is of no use in another installation: what was under way is ended by a restore. */
export const ownSchemas = [...storedSchemas, "agentpod_dbos"] as const;

/** Of no use after a restore, or not to be brought back: what `migrate` writes itself, logins, one-time links, counts of attempts. */
const rowsLeftOut = new Set(["agentpod.migrations", "agentpod.attempts", "agentpod_auth.sessions", "agentpod_auth.verifications"]);

export const keepsRows = ({ schema, name }: Pick<StoredTable, "schema" | "name">): boolean => !rowsLeftOut.has(`${schema}.${name}`);

/** All tables, each after those that it refers to. */
export async function storedTables(client: pg.Client): Promise<StoredTable[]> {
  const { rows } = await client.query<{ schema: string; name: string; columns: string[]; forced: boolean; refers_to: string[] }>(
    `select n.nspname as schema, c.relname as name, c.relforcerowsecurity as forced,
       (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
       (select coalesce(array_agg(distinct fn.nspname || '.' || f.relname), '{}') from pg_constraint k
        join pg_class f on f.oid = k.confrelid join pg_namespace fn on fn.oid = f.relnamespace
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as refers_to
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any ($1) and c.relkind = 'r' order by 1, 2`,
    [storedSchemas],
  );
  const left = rows.map(({ schema, name, columns, forced, refers_to: refersTo }) => ({
    table: { schema, name, columns, isForced: forced },
    refersTo: new Set(refersTo),
  }));
  const ordered: StoredTable[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ refersTo }) => refersTo.size === 0);
    if (next === -1) throw new Error(`tables refer to each other in a circle: ${left.map(({ table }) => table.name).join(", ")}`);
    const [{ table } = { table: null }] = left.splice(next, 1);
    if (table === null) break;
    ordered.push(table);
    for (const { refersTo } of left) refersTo.delete(`${table.schema}.${table.name}`);
  }
  return ordered;
}
