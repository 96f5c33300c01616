#!/usr/bin/env bash
# npm test: everything that CI runs, on a throw-away stack.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

await_downloads
exec node tools/stack/run-tests.mjs "$@"
