#!/bin/sh
# Runs what was put into /docker-entrypoint.d before nginx starts, as the official image does.
set -e
if [ "$1" = nginx ]; then
  for script in /docker-entrypoint.d/*; do
    case "$script" in
      *.envsh) if [ -x "$script" ]; then . "$script"; fi ;;
      *.sh) if [ -x "$script" ]; then "$script"; fi ;;
    esac
  done
fi
exec "$@"
