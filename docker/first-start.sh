#!/bin/sh
# Makes the password of the database, once: a file for PostgreSQL and one for the server, each for its user alone (0600).
set -eu
secrets=/run/agentpod-secrets
if [ ! -s "$secrets/server/database-url" ]; then
  umask 077
  password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  mkdir -p "$secrets/postgres" "$secrets/server"
  printf '%s' "$password" > "$secrets/postgres/password"
  printf 'postgresql://agentpod:%s@localhost/agentpod?host=/run/postgresql' "$password" > "$secrets/server/database-url.new"
  # Last, so that a start that was cut off begins anew.
  mv "$secrets/server/database-url.new" "$secrets/server/database-url"
fi
chown -R 999:999 "$secrets/postgres"
chown -R 10001:10001 "$secrets/server"
