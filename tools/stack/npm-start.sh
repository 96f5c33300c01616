#!/usr/bin/env bash
# npm start: from a fresh checkout to a running suite.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

echo "building"
tsc -b tsconfig.build.json || fail "The build failed: see the messages above."
await_downloads
exec node tools/stack/dist/main.js "$@"
