#!/usr/bin/env bash
# Starts the official Kafka image with SCRAM users: its own start-up formats the storage too, but without them, and leaves a
# storage alone that is formatted already.
set -euo pipefail

secrets=/run/onward
CLUSTER_ID=$(<"$secrets/cluster-id")
export CLUSTER_ID

if [[ ! -e /var/lib/kafka/data/meta.properties ]]; then
  # The tool reads its arguments from a file, so that no password is seen in the process list.
  /opt/kafka/bin/kafka-storage.sh "@$secrets/format.arguments"
fi
exec /etc/kafka/docker/run
