#!/bin/sh
# Downloads Kafka and the schema registry with Maven into the given folder. They are put together beside it and then renamed, so
# that an interrupted download leaves nothing half done and two may run at once.
set -eu
mkdir -p "$(dirname "$1")"
# Maven reads a relative path as beginning where the pom is.
target=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
partial=$(mktemp -d "$target.partial-XXXXXX")
trap 'rm -rf "$partial"' EXIT
trap 'exit 130' INT TERM HUP
mvn -q -B -f "$(dirname "$0")/pom.xml" "-Donward.downloads=$partial" dependency:copy-dependencies@kafka dependency:unpack@registry
chmod 755 "$partial"
[ -d "$target" ] || mv "$partial" "$target"
