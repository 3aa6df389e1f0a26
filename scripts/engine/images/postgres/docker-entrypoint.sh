#!/bin/bash
# The contract of the official image: POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB, POSTGRES_INITDB_ARGS,
# POSTGRES_HOST_AUTH_METHOD (each also as NAME_FILE), PGDATA, /docker-entrypoint-initdb.d; starts as root or as any user.
set -Eeuo pipefail

from_file() { # from_file NAME DEFAULT: NAME, or the content of the file that NAME_FILE names
  local name="$1" file="$1_FILE"
  if [ "${!name:-}" ] && [ "${!file:-}" ]; then
    printf >&2 'error: both %s and %s are set (but are exclusive)\n' "$name" "$file"
    exit 1
  fi
  if [ "${!file:-}" ]; then
    export "$name=$(< "${!file}")"
  else
    export "$name=${!name:-$2}"
  fi
  unset "$file"
}

if [ "${1:0:1}" = '-' ]; then set -- postgres "$@"; fi

if [ "$1" = postgres ] && [ "${2:-}" != --version ] && [ "${2:-}" != --help ]; then
  mkdir --parents "$PGDATA" /var/run/postgresql
  chmod 0700 "$PGDATA" || true

  if [ "$(id --user)" = 0 ]; then
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    find /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"
  fi

  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    from_file POSTGRES_PASSWORD ''
    from_file POSTGRES_USER postgres
    from_file POSTGRES_DB "$POSTGRES_USER"
    from_file POSTGRES_INITDB_ARGS ''
    : "${POSTGRES_HOST_AUTH_METHOD:=}"
    if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
      echo >&2 'Error: Database is uninitialized and superuser password is not specified.'
      echo >&2 '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.'
      exit 1
    fi
    # shellcheck disable=SC2086 # several arguments in one variable, as the official image takes them
    initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS
    printf "listen_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n" >> "$PGDATA/postgresql.conf"
    printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"

    export PGPASSWORD="$POSTGRES_PASSWORD"
    pg_ctl --pgdata="$PGDATA" --options="-c listen_addresses='' -p 5432" --wait start
    run_sql() { psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --no-password --no-psqlrc "$@"; }
    if [ "$POSTGRES_DB" != postgres ]; then
      run_sql --dbname=postgres --set=db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'
    fi
    for script in /docker-entrypoint-initdb.d/*; do
      case "$script" in
        *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
        *.sql) run_sql --dbname="$POSTGRES_DB" --file="$script" ;;
        *.sql.gz) gunzip --stdout "$script" | run_sql --dbname="$POSTGRES_DB" ;;
      esac
    done
    pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
    unset PGPASSWORD
    echo 'PostgreSQL init process complete; ready for start up.'
  fi
fi

exec "$@"
