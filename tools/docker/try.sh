#!/usr/bin/env bash
# Runs the compose file for real and checks it end to end; see docs/docker.md. What it prints is the transcript.
#   tools/docker/try.sh [--install] [--keep]
#     --install  install Docker Engine and Compose first (Debian, as root)
#     --keep     leave the stack running at the end
# It uses a compose project and ports of its own, so that a stack started with `docker compose up` is left alone.
set -euo pipefail

cd "$(dirname "$0")/../.."
WORK=$(mktemp -d)
KEEP=
INSTALL=
for argument in "$@"; do
  case $argument in
    --install) INSTALL=1 ;;
    --keep) KEEP=1 ;;
    *) sed -n '2,7s/^# \?//p' "$0"; exit 2 ;;
  esac
done
source tools/docker/engine.sh
source tools/docker/check.sh

export COMPOSE_PROJECT_NAME=onward-try
export ONWARD_KAFKA_PORT=29192 ONWARD_REGISTRY_PORT=28181
export ONWARD_ORCHESTRATOR_PORT=23101 ONWARD_PAYMENT_PORT=23102 ONWARD_FULFILLMENT_PORT=23103 ONWARD_CUSTOMERS_PORT=23105 ONWARD_AUDIT_PORT=23104
export COMPOSE_ANSI=never BUILDKIT_PROGRESS=plain

main() {
  trap finish EXIT
  [[ -z $INSTALL ]] || install_engine
  start_engine
  step 'Engine and images'
  docker version --format 'Docker Engine {{.Server.Version}}'
  docker compose version
  mapfile -t images < <(docker compose config --images | grep -v '^onward:' | sort -u; sed -nE 's/^FROM (\S+).*/\1/p' Dockerfile | grep : | sort -u)
  tools/docker/stand-ins/make.sh "${images[@]}"
  docker image inspect --format '{{index .RepoTags 0}}{{if index .Config.Labels "onward.stand-in"}} (a stand-in){{end}}' "${images[@]}"

  step 'Build'
  build

  step 'Start'
  run docker compose up --detach --quiet-pull
  await_services

  step 'Check'
  check_all

  step 'Stop, start again: nothing is lost'
  run docker compose down
  run docker compose up --detach
  await_services
  check_after_restart
  step 'Passed'
}

# The unchanged Dockerfile and compose file; only the network and a certificate authority of this machine's own are added.
build() {
  {
    echo 'services: { secrets: { build: { network: host'
    [[ -z ${NODE_EXTRA_CA_CERTS-} ]] || echo ', secrets: [ca]'
    echo '} } }'
    [[ -z ${NODE_EXTRA_CA_CERTS-} ]] || echo "secrets: { ca: { file: '$NODE_EXTRA_CA_CERTS' } }"
  } >"$WORK/build.yml"
  if ! docker compose -f docker-compose.yml -f "$WORK/build.yml" build >"$WORK/build.log" 2>&1; then
    tail -n 40 "$WORK/build.log" >&2
    exit 1
  fi
  docker image inspect --format '{{index .RepoTags 0}} {{.Size}} bytes, user {{.Config.User}}' onward:local
}

step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

run() {
  echo "\$ $*"
  "$@" >"$WORK/output" 2>&1 || { cat "$WORK/output" >&2; return 1; }
}

finish() {
  local status=$?
  trap - EXIT
  if [[ $status -ne 0 ]]; then
    docker compose ps --all || true
    docker compose logs --no-color --tail 30 | sed 's/\x1b\[2K//' || true
    printf '\n== FAILED (%s s)\n' "$SECONDS"
  fi
  if [[ -z $KEEP ]]; then
    docker compose down --volumes >/dev/null 2>&1 || true
    stop_engine
  fi
  rm -rf "$WORK"
  exit "$status"
}

main
