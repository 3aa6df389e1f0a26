import type { HolderFact } from "@agentpod/core/clean-up-facts";
import { sql } from "drizzle-orm";
import type { Tx } from "../tenant-tx.ts";

/**
 * Tables whose mention of a digest keeps nothing: those that are looked at one by one, those that tell what happened, and what is measured. Any other
 * counts, also one that is made long after this was written.
 */
const silent = [
  ...["artifacts", "deployments", "pods", "pod_revisions", "templates", "template_versions", "operations", "operation_steps"],
  ...["events", "event_archives", "event_seals", "alerts", "alert_deliveries", "tombstones", "attempts", "hook_deliveries"],
  ...["metrics", "llm_calls", "llm_usage", "tokens", "route_table", "authorities"],
];

/** Digests that are named anywhere else in the database. */
export async function otherHolders({ db }: Tx): Promise<HolderFact[]> {
  const { rows: tables } = await db.execute<{ name: string; columns: string[] }>(sql`
    select c.table_name as name, array_agg(c.column_name::text order by c.ordinal_position) as columns
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'agentpod' and t.table_type = 'BASE TABLE' and c.data_type in ('text', 'json', 'jsonb', 'ARRAY', 'character varying')
      and c.table_name not in ${silent}
      and has_column_privilege(quote_ident(c.table_schema) || '.' || quote_ident(c.table_name), c.column_name, 'select')
    group by c.table_name`);
  if (tables.length === 0) return [];
  const each = tables.map(({ name, columns }) => {
    const all = sql.join(
      columns.map((column) => sql`${sql.identifier(column)}::text`),
      sql`, `,
    );
    return sql`select distinct m[1] as digest, ${name}::text as name from agentpod.${sql.identifier(name)},
      regexp_matches(concat_ws(' ', ${all}), '(sha256:[a-f0-9]{64})', 'g') m`;
  });
  const { rows } = await db.execute<{ digest: string; name: string }>(sql.join(each, sql` union all `));
  return rows.map(({ digest, name }) => ({ digest, by: "table", name }));
}
