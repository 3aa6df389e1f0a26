/**
 * Statements for psql, constant text: a line of JSON for each table that pg_dump writes the rows of, `[schema, table, rows]`. Tables of extensions
 * come and go with these.
 */
export const countTablesSql = String.raw`select format('select json_build_array(%L, %L, count(*)) from only %I.%I', n.nspname, c.relname, n.nspname, c.relname)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  order by n.nspname, c.relname \gexec
`;

/**
 * What is told to psql so that it shows a moment of a database and counts it: first a line of JSON with the moment's name, then its tables. The
 * moment is kept for pg_dump until its input ends. No time limit of the database's own cuts that short.
 */
export const holdMomentSql = `do $$
begin
  perform set_config(name, '0', false) from pg_settings
    where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout');
end $$;
set lock_timeout = '60s';
set row_security = off;
begin isolation level repeatable read read only;
select json_build_object('moment', pg_export_snapshot(), 'version', current_setting('server_version'),
  'database', current_database(), 'size', pg_database_size(current_database()));
${countTablesSql}select 'counted';
`;
