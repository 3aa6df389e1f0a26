import { countTablesSql } from "./count-tables-sql.ts";

/**
 * What is run inside a PostgreSQL unit, with its own client programs. `dump` writes an archive to its standard output; `load` reads one into a
 * database of its own beside the present one; `use` puts that one into its place in one moment; `shell` is psql.
 * A load that was interrupted is begun anew and touches nothing of the present data. `count` is told what to count on its input; `check` reads an
 * archive into a throw-away database, counts its tables and drops it; `forget` drops what a check left that was killed, `unload` what a load did.
 * `ready` does nothing but fail, with what to install, where the programs for all these are not there.
 * `read` reads an archive to its end and touches nothing: it fails for one that is torn.
 */
export type PostgresProgram = "dump" | "read" | "load" | "use" | "shell" | "count" | "check" | "forget" | "unload" | "ready";

/** What some of them are told besides, by variables. */
export interface PostgresHints {
  /** The moment that `dump` shows, held by `count`. */
  moment?: string;
  /** Kilobytes that must be free for `check` and `load`. */
  roomKb?: number;
  /** Written on what `load` loads; `use` has nothing to do where the present database bears it. */
  mark?: string;
}

/** Hints as they are put into the environment. */
export const postgresHints = ({ moment, roomKb, mark }: PostgresHints): Record<string, string> => ({
  ...(moment !== undefined && { AGENTPOD_MOMENT: moment }),
  ...(roomKb !== undefined && { AGENTPOD_ROOM_KB: String(roomKb) }),
  ...(mark !== undefined && { AGENTPOD_MARK: mark }),
});

/** Constant text: names and the password come in the environment. LISTEN and PORT are there where there are no containers. */
const script = String.raw`set -eu
if [ -n "\${LISTEN:-}" ]; then export PGHOST="$LISTEN" PGPORT="$PORT"; fi
export PGCONNECT_TIMEOUT=30
major() { v=$("$1" --version 2> /dev/null) || v=; v="\${v#*(PostgreSQL) }"; echo "\${v%%[!0-9]*}"; }
own=$(major postgres)
install="install the client programs of its version (Debian and Ubuntu: postgresql-client\${own:+-$own})"
need() {
  command -v "$1" > /dev/null 2>&1 || { echo "there is no $1 beside this database: $install" >&2; exit 127; }
}
fits() {
  need pg_dump
  found=$(major pg_dump)
  [ -z "$own" ] || [ -z "$found" ] || [ "$found" -ge "$own" ] && return 0
  echo "pg_dump beside this database is of version $found, and dumps none of version $own: $install" >&2
  exit 127
}
sql() { psql -q -X -At -v ON_ERROR_STOP=1 "$@"; }
drop() { sql -d template1 -c 'set client_min_messages = warning' -c "drop database if exists $1 with (force)" < /dev/null; }
room() {
  [ -n "\${AGENTPOD_ROOM_KB:-}" ] && command -v df > /dev/null 2>&1 || return 0
  folder=$(sql -d template1 -c 'show data_directory' < /dev/null 2> /dev/null) || return 0
  free=$(df -Pk "$folder" 2> /dev/null | { read -r _ && read -r _ _ _ free _ && echo "$free"; }) || return 0
  case "$free" in '' | *[!0-9]*) return 0 ;; esac
  [ "$free" -ge "$AGENTPOD_ROOM_KB" ] && return 0
  echo "there is no room beside this database for the dump: $AGENTPOD_ROOM_KB kB are needed and $free kB are free" >&2
  exit 1
}
case "$1" in
  ready)
    fits
    need psql
    need pg_restore
    ;;
  dump)
    fits
    exec pg_dump --format=custom --no-owner --no-privileges --lock-wait-timeout=60s \
      \${AGENTPOD_MOMENT:+"--snapshot=$AGENTPOD_MOMENT"}
    ;;
  read)
    need pg_restore
    pg_restore --file=/dev/null
    # What is left of it is taken too, so that who sends it sees its end.
    cat > /dev/null
    ;;
  count)
    need psql
    export PGOPTIONS='-c statement_timeout=0'
    exec psql -q -X -At -v ON_ERROR_STOP=1
    ;;
  forget)
    need psql
    drop agentpod_check
    ;;
  unload)
    need psql
    drop agentpod_restore
    ;;
  check)
    need psql
    need pg_restore
    drop agentpod_check
    room
    trap 'code=$?; drop agentpod_check || true; exit $code' EXIT
    trap 'exit 143' HUP INT TERM
    sql -d template1 -c 'create database agentpod_check template template0' < /dev/null
    pg_restore --exit-on-error --no-owner --no-privileges --dbname=agentpod_check
    # It counts only once its end was seen.
    cat > /dev/null
    export PGDATABASE=agentpod_check PGOPTIONS='-c statement_timeout=0'
    sql << 'SQL'
set row_security = off;
${countTablesSql}SQL
    ;;
  load)
    need psql
    need pg_restore
    drop agentpod_restore
    room
    sql -d template1 -c 'create database agentpod_restore template template0' < /dev/null
    if [ -n "\${AGENTPOD_MARK:-}" ]; then
      sql -v "mark=$AGENTPOD_MARK" -d template1 << 'SQL'
comment on database agentpod_restore is :'mark';
SQL
    fi
    exec pg_restore --exit-on-error --no-owner --no-privileges --dbname=agentpod_restore
    ;;
  shell)
    need psql
    shift
    exec psql "$@"
    ;;
  use)
    need psql
    exec psql -q -X -v ON_ERROR_STOP=1 -v "present=$PGDATABASE" -v "mark=\${AGENTPOD_MARK:-}" -d template1 -o /dev/null << 'SQL'
select exists (
  select from pg_database where datname = :'present' and shobj_description(oid, 'pg_database') = nullif(:'mark', '')
) as done \gset
\if :done
  \quit
\endif
select set_config('agentpod.present', :'present', false);
drop database if exists agentpod_before with (force);
do $$
declare
  present text := current_setting('agentpod.present');
  tries int := 0;
begin
  loop
    begin
      -- Who is connected is put out; who comes meanwhile waits for the names, and finds the new one.
      perform pg_stat_clear_snapshot();
      perform pg_terminate_backend(pid) from pg_stat_activity where datname in (present, 'agentpod_restore');
      execute format('alter database %I rename to agentpod_before', present);
      execute format('alter database agentpod_restore rename to %I', present);
      return;
    exception when object_in_use then
      tries := tries + 1;
      if tries >= 5 then
        raise;
      end if;
    end;
  end loop;
end $$;
drop database if exists agentpod_before with (force);
SQL
    ;;
esac
`.replaceAll("\\${", "${");

/** The command line of one of them; arguments are the shell's. */
export const postgresCommand = (program: PostgresProgram, args: readonly string[] = []): string[] => [
  ...["sh", "-c", script, "agentpod-postgres", program],
  ...args,
];
