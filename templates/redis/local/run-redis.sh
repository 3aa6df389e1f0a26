#!/bin/sh
# Becomes a Redis server whose password is in no list of processes: its configuration comes by standard input.
# Needs DATA (a folder of its own), LISTEN, PORT, MEMORY_MB, REDIS_PASSWORD.
set -eu
umask 077
cd "$DATA"
password=$REDIS_PASSWORD
unset REDIS_PASSWORD
exec redis-server - << END
bind $LISTEN
port $PORT
dir $DATA
requirepass $password
appendonly yes
maxmemory $((MEMORY_MB * 3 / 4))mb
maxmemory-policy noeviction
END
