# Sourced by try.sh: the end-to-end check of a running compose stack. Every check prints one line, and the first that fails ends it.

SERVICES=(orchestrator payment fulfillment customers audit)
READY_TIMEOUT_SECONDS=300

check_all() {
  check_containers
  check_doors
  check_order order-ok.json 0 completed
  check_order order-declined.json 3 compensated
  check_order order-unknown-product.json 3 compensated
  check_host
}

await_services() {
  local service state deadline=$((SECONDS + READY_TIMEOUT_SECONDS))
  for service in "${SERVICES[@]}"; do
    while state=$(health_of "$service"); [[ $state != healthy ]]; do
      [[ $SECONDS -lt $deadline ]] || failed "$service is $state after $READY_TIMEOUT_SECONDS s"
      sleep 1
    done
  done
  docker compose ps --format '{{.Service}}: {{.Status}}'
}

check_containers() {
  local service
  for service in "${SERVICES[@]}"; do
    [[ $(docker compose exec -T "$service" node -p 'process.getuid()') != 0 ]] || failed "$service runs as root"
    ! docker compose exec -T "$service" touch /app/probe 2>/dev/null || failed "$service may write its own image"
  done
  passed 'the services run as an ordinary user on a read-only image'
  local published
  published=$(docker compose ps --format '{{.Ports}}' | grep -oE '[^ ,]+->' | grep -v '^127\.0\.0\.1:' || true)
  [[ -z $published ]] || failed "published beyond loopback: $published"
  passed 'every published port is on loopback'
}

check_doors() {
  local port
  for port in "$ONWARD_ORCHESTRATOR_PORT" "$ONWARD_PAYMENT_PORT" "$ONWARD_FULFILLMENT_PORT" "$ONWARD_CUSTOMERS_PORT" "$ONWARD_AUDIT_PORT"; do
    [[ $(http_status "http://127.0.0.1:$port/health/ready") == 200 ]] || failed "port $port is not ready"
    [[ $(http_status "http://127.0.0.1:$port/metrics") == 401 ]] || failed "port $port answers without a token"
  done
  passed 'the services answer on loopback, and nothing but their health without a token'
  [[ $(http_status "http://127.0.0.1:$ONWARD_REGISTRY_PORT/apis/ccompat/v7/subjects") == 401 ]] || failed 'the registry answers without a password'
  passed 'the registry asks for a password'
  refused 'no password supplied' docker compose exec -T postgres psql --host postgres --username postgres --no-password --command 'SELECT 1'
  refused 'permission denied for database' docker compose exec -T postgres bash -c 'PGPASSWORD=$(</run/onward/databases/payment) psql --host postgres --username payment fulfillment'
  passed 'PostgreSQL asks for a password, and lets nobody into the database of another'
  local brokers=(--env ONWARD_BROKERS=kafka:9092 --env ONWARD_REGISTRY_URL=http://registry:8080/apis/ccompat/v7)
  refused 'SASL' onward "${brokers[@]}" --env ONWARD_SASL_USERNAME=operator --env ONWARD_SASL_PASSWORD=wrong -- list
  refused '' onward "${brokers[@]}" -- list
  passed 'Kafka asks for a password'
}

# refused PATTERN COMMAND...: the command fails and says why.
refused() {
  local pattern=$1 output
  shift
  if output=$("$@" 2>&1); then failed "let in: $*"; fi
  grep -q -- "$pattern" <<<"$output" || failed "not refused for the reason expected ($pattern): $output"
}

# check_order FILE EXIT_STATUS OUTCOME
check_order() {
  local output status=0
  output=$(onward -- --json publish PlaceOrder --file "test/fixtures/$1" --wait) || status=$?
  [[ $status -eq $2 ]] || failed "$1: exit status $status, not $2: $output"
  grep -qE "\"outcome\": ?\"$3\"" <<<"$output" || failed "$1: not $3: $output"
  passed "$1 ends as $3"
  onward -- show "$(grep -oE '"sagaId": ?"[^"]+"' <<<"$output" | cut -d'"' -f4 | head -n 1)" | sed 's/^/    /'
}

# The stack as programs on the machine itself see it. The command line runs in a container here, on the machine's network.
check_host() {
  local list
  list=$(docker run --rm --network host --volume "${COMPOSE_PROJECT_NAME}_secrets-tools:/run/onward:ro" --env ONWARD_STACK=/run/onward/stack.host.json \
    onward:local tools/onward/bin/onward.mjs --json list) || failed "over the published ports: $list"
  [[ $(grep -c . <<<"$list") -eq 3 ]] || failed "over the published ports there are not three sagas: $list"
  passed 'the published ports of Kafka and the registry serve programs on this machine'
}

check_after_restart() {
  local list
  list=$(onward -- --json list)
  [[ $(grep -c . <<<"$list") -eq 3 ]] || failed "not three sagas: $list"
  passed 'the three sagas are there after a new start'
  check_order order-ok.json 0 completed
}

# onward [OPTION...] -- ARGUMENT...: the command line in its container; options are those of `docker compose run`.
onward() {
  local options=()
  while [[ $1 != -- ]]; do options+=("$1"); shift; done
  shift
  docker compose run --rm --no-deps --no-TTY "${options[@]}" onward "$@"
}

health_of() { docker inspect --format '{{.State.Health.Status}}' "$(docker compose ps --all --quiet "$1")"; }

http_status() { curl --silent --output /dev/null --write-out '%{http_code}' "$1" || true; }

passed() { echo "ok    $1"; }

failed() {
  echo "FAIL  $1" >&2
  exit 1
}
