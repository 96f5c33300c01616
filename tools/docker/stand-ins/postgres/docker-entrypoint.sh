#!/usr/bin/env bash
# The part of the official start-up that the suite uses: POSTGRES_PASSWORD_FILE, POSTGRES_INITDB_ARGS, and scripts in
# /docker-entrypoint-initdb.d, which run once, against a server that listens on its socket only.
set -Eeo pipefail

[[ ${1:0:1} != - ]] || set -- postgres "$@"
if [[ $1 == postgres && $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  chown -R postgres "$PGDATA" /var/run/postgresql
  exec gosu postgres "$BASH_SOURCE" "$@"
fi

if [[ $1 == postgres && ! -s $PGDATA/PG_VERSION ]]; then
  export POSTGRES_USER=${POSTGRES_USER:-postgres}
  password=$(<"${POSTGRES_PASSWORD_FILE:?}")
  # shellcheck disable=SC2086 # holds several words
  initdb -D "$PGDATA" --username="$POSTGRES_USER" --pwfile=<(echo "$password") ${POSTGRES_INITDB_ARGS-}
  printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  sed -ri "s/^#?listen_addresses.*/listen_addresses = '*'/" "$PGDATA/postgresql.conf"
  export PGPASSWORD=$password
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" -w start
  for file in /docker-entrypoint-initdb.d/*.sh; do
    echo "running $file"
    "$file"
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
fi
[[ $1 != postgres ]] || set -- "$@" -c unix_socket_directories=/var/run/postgresql
exec "$@"
