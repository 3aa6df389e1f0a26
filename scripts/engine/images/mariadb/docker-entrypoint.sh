#!/bin/bash
# The contract of the official image: MARIADB_DATABASE, MARIADB_USER, MARIADB_PASSWORD, and MARIADB_ROOT_PASSWORD or
# MARIADB_RANDOM_ROOT_PASSWORD; starts as root or as any user. Values may hold no quotes and no backslashes here.
set -Eeuo pipefail

data=/var/lib/mysql
if [ "${1:0:1}" = '-' ]; then set -- mariadbd "$@"; fi
if [ "$1" = mariadbd ] && [ "${2:-}" != --version ] && [ "${2:-}" != --help ]; then
  if [ "$(id --user)" = 0 ]; then
    find "$data" /run/mysqld \! -user mysql -exec chown mysql '{}' +
    exec setpriv --reuid=mysql --regid=mysql --init-groups "$BASH_SOURCE" "$@"
  fi
  if [ ! -d "$data/mysql" ]; then
    if [ -z "${MARIADB_ROOT_PASSWORD:-}" ] && [ -z "${MARIADB_RANDOM_ROOT_PASSWORD:-}" ]; then
      echo >&2 '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified'
      exit 1
    fi
    mariadb-install-db --datadir="$data" --skip-test-db --auth-root-authentication-method=normal > /dev/null
    mariadbd --datadir="$data" --skip-networking --socket=/tmp/setup.sock &
    until mariadb --socket=/tmp/setup.sock --user=root --execute='select 1' > /dev/null 2>&1; do
      kill -0 "$!"
      sleep 0.2
    done
    root="${MARIADB_ROOT_PASSWORD:-$(tr --delete --complement 'A-Za-z0-9' < /dev/urandom | head --bytes=32 || true)}"
    mariadb --socket=/tmp/setup.sock --user=root << SQL
ALTER USER root@localhost IDENTIFIED BY '$root';
${MARIADB_DATABASE:+CREATE DATABASE \`$MARIADB_DATABASE\`;}
${MARIADB_USER:+CREATE USER '$MARIADB_USER'@'%' IDENTIFIED BY '${MARIADB_PASSWORD:?}';}
${MARIADB_USER:+${MARIADB_DATABASE:+GRANT ALL ON \`$MARIADB_DATABASE\`.* TO '$MARIADB_USER'@'%';}}
SQL
    kill "$!"
    wait "$!"
  fi
fi
exec "$@"
