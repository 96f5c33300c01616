#!/usr/bin/env bash
# The part of the official start-up that the suite uses: POSTGRES_PASSWORD_FILE and POSTGRES_INITDB_ARGS.
set -Eeo pipefail

[[ ${1:0:1} != - ]] || set -- postgres "$@"
if [[ $1 == postgres && $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  chown -R postgres "$PGDATA" /var/run/postgresql
  exec gosu postgres "$BASH_SOURCE" "$@"
fi

if [[ $1 == postgres && ! -s $PGDATA/PG_VERSION ]]; then
  password=$(<"${POSTGRES_PASSWORD_FILE:?}")
  # shellcheck disable=SC2086 # holds several words
  initdb -D "$PGDATA" --username=postgres --pwfile=<(echo "$password") ${POSTGRES_INITDB_ARGS-}
  printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  sed -ri "s/^#?listen_addresses.*/listen_addresses = '*'/" "$PGDATA/postgresql.conf"
fi
[[ $1 != postgres ]] || set -- "$@" -c unix_socket_directories=/var/run/postgresql
exec "$@"
