#!/usr/bin/env bash
# Gives each file in /run/onward/principals that names no user of the broker yet a user of that name. A new storage has them all.
set -euo pipefail

configs() { /opt/kafka/bin/kafka-configs.sh --bootstrap-server kafka:9092 --command-config /run/onward/admin.properties "$@"; }

users=$(configs --describe --entity-type users)
for file in /run/onward/principals/*; do
  name=$(basename "$file")
  if ! grep -qF "user-principal '$name'" <<<"$users"; then
    configs --alter --entity-type users --entity-name "$name" --add-config-file "$file"
  fi
done
