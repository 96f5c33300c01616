#!/usr/bin/env bash
# Run once by the PostgreSQL image, on a new data folder: a role for each file in /run/onward/databases, named like it and with
# its content as password, and a database of the same name that nobody else may enter.
set -euo pipefail

sql() { psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres "$@"; }

sql --command 'REVOKE ALL ON DATABASE postgres FROM PUBLIC' --command 'REVOKE ALL ON DATABASE template1 FROM PUBLIC'
for file in /run/onward/databases/*; do
  name=$(basename "$file")
  # psql reads the password itself, so that it is seen in no process list.
  sql --set name="$name" --set file="$file" <<'SQL'
\set password `cat :'file'`
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
