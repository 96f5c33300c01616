#!/usr/bin/env bash
# Gives each file in /run/onward/databases a role, named like the file and with its content as password, and a database of the
# same name that nobody else may enter. What exists stays as it is.
set -euo pipefail

export PGHOST=postgres PGUSER=postgres
PGPASSWORD=$(</run/onward/password)
export PGPASSWORD

sql() { psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --dbname postgres "$@"; }

sql --command 'REVOKE ALL ON DATABASE postgres FROM PUBLIC' --command 'REVOKE ALL ON DATABASE template1 FROM PUBLIC'
for file in /run/onward/databases/*; do
  # psql reads the password itself, so that it is seen in no process list.
  sql --set name="$(basename "$file")" --set file="$file" <<'SQL'
\set password `cat :'file'`
SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', :'name', :'password') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
