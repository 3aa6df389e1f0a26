#!/bin/sh
# What the image's entrypoint does, for a machine without one: makes the database once, then becomes its server.
# Needs initdb and postgres on PATH; DATA (a folder of its own), LISTEN, PORT, POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD.
set -eu
umask 077

if [ ! -d "$DATA/database" ]; then
  # Made aside and renamed: one that was interrupted is not taken for a whole one.
  rm -rf "$DATA/new" "$DATA/password"
  # printf is the shell's own: the password is in no list of processes.
  printf '%s\n' "$POSTGRES_PASSWORD" > "$DATA/password"
  initdb --pgdata="$DATA/new" --username="$POSTGRES_USER" --pwfile="$DATA/password" --auth=scram-sha-256 --encoding=UTF8 --no-locale
  rm "$DATA/password"
  if [ "$POSTGRES_DB" != postgres ]; then
    printf 'CREATE DATABASE "%s";\n' "$POSTGRES_DB" | postgres --single -D "$DATA/new" postgres > /dev/null
  fi
  mv "$DATA/new" "$DATA/database"
fi

unset POSTGRES_PASSWORD
exec postgres -D "$DATA/database" -c listen_addresses="$LISTEN" -c port="$PORT" -c unix_socket_directories= -c shared_buffers=32MB
