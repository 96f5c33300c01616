# Sourced by try.sh: a Docker Engine with Compose, started here if none answers, installed before that if --install asks for it.

ENGINE_PID=

# Debian's packages. Compose 2 and Buildx come from the release after this one where this one has none: both are single files that
# need nothing but the C library.
install_engine() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io iptables debootstrap >/dev/null
  if ! docker compose version >/dev/null 2>&1 || ! docker buildx version >/dev/null 2>&1; then plugins_of_next_release; fi
}

plugins_of_next_release() {
  local apt=$WORK/apt site
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$HOME/.docker/cli-plugins"
  site=$(apt-get indextargets --format '$(SITE)' 'Origin: Debian' 'Created-By: Packages' | head -n 1)
  echo "deb $site trixie main" >"$apt/sources.list"
  local options=(-qq -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update
  (cd "$apt" && apt-get "${options[@]}" download docker-compose docker-buildx)
  local package
  for package in "$apt"/*.deb; do dpkg -x "$package" "$apt/root"; done
  cp "$apt"/root/usr/libexec/docker/cli-plugins/* "$HOME/.docker/cli-plugins/"
}

start_engine() {
  if docker info >/dev/null 2>&1; then return; fi
  command -v dockerd >/dev/null || { echo 'try: no Docker Engine answers and none is installed: start one, or give --install (Debian, as root).' >&2; exit 1; }
  # Without packet-filter rules, which containers here do without: they reach each other over their bridge, published ports go
  # through Docker's own proxy, and builds use the host's network.
  dockerd --iptables=false --ip6tables=false >"$WORK/dockerd.log" 2>&1 &
  ENGINE_PID=$!
  local tries
  for ((tries = 0; tries < 120; tries++)); do
    if docker info >/dev/null 2>&1; then return; fi
    kill -0 "$ENGINE_PID" 2>/dev/null || break
    sleep 0.5
  done
  echo 'try: the Docker Engine did not start:' >&2
  tail -n 5 "$WORK/dockerd.log" >&2
  exit 1
}

stop_engine() {
  [[ -n $ENGINE_PID ]] || return 0
  kill "$ENGINE_PID" && wait "$ENGINE_PID" || true
}
