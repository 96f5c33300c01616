#!/bin/sh
# Downloads Kafka and the schema registry with Maven into the given folder. They are put together beside it and then renamed, so
# that an interrupted download leaves nothing half done and two may run at once.
set -eu
target=$1
mkdir -p "$(dirname "$target")"
partial=$(mktemp -d "$target.partial-XXXXXX")
trap 'rm -rf "$partial"' EXIT
trap 'exit 130' INT TERM HUP
mvn -q -B -f "$(dirname "$0")/pom.xml" "-Donward.downloads=$partial" dependency:copy-dependencies@kafka dependency:unpack@registry
[ -d "$target" ] || mv "$partial" "$target"
