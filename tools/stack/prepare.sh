# Sourced by npm-start.sh and npm-test.sh: goes to the project's folder, checks what must be on the machine, installs what the lock
# file names, and puts the project's own Node first on the PATH.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() {
  echo "onward: $1" >&2
  exit 1
}

node_major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

command -v node >/dev/null || fail "Node was not found: install Node 20 or newer."
[ "$(node_major)" -ge 20 ] || fail "Node $(node --version) is too old: install Node 20 or newer."
command -v npm >/dev/null || fail "npm was not found: install the npm that comes with Node."

java=java
[ -z "${JAVA_HOME:-}" ] || [ ! -x "$JAVA_HOME/bin/java" ] || java="$JAVA_HOME/bin/java"
command -v "$java" >/dev/null || fail "Java was not found: install a JDK 17 or newer, or set JAVA_HOME to one."
java_major=$("$java" -version 2>&1 | sed -nE 's/.*version "(1\.)?([0-9]+).*/\2/p' | head -n 1)
[ "${java_major:-0}" -ge 17 ] || fail "Java ${java_major:-of an unknown version} is too old: install a JDK 17 or newer, or set JAVA_HOME to one."

# Maven downloads while npm installs. If that fails, the launcher does it again and says why.
pom_hash=$({ sha256sum 2>/dev/null || shasum -a 256; } < tools/stack/pom.xml | cut -c1-12)
downloads="${ONWARD_CACHE:-.onward/cache}/java-$pom_hash"
download_pid=""
if [ ! -d "$downloads" ]; then
  command -v mvn >/dev/null || fail "Maven (mvn) was not found: install Maven 3.8 or newer; it downloads Kafka and the schema registry."
  echo "downloading Kafka and the schema registry with Maven (150 MB, once)"
  # A process group of its own, so that all of it can be ended.
  set -m
  sh tools/stack/download.sh "$downloads" >/dev/null 2>&1 &
  download_pid=$!
  set +m
  trap 'kill -- "-$download_pid" 2>/dev/null' EXIT
fi

await_downloads() {
  [ -z "$download_pid" ] || wait "$download_pid" || true
  trap - EXIT
}

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "installing packages (npm ci)"
  npm ci --no-audit --no-fund --loglevel=error || fail "npm ci failed: see its message above."
fi
export PATH="$PWD/node_modules/.bin:$PATH"
[ "$(node_major)" -ge 24 ] || fail "Node $(node --version) is too old here: the project brings its own only for Linux on x64; elsewhere install Node 24 or newer."
