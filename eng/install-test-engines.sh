#!/usr/bin/env bash
# Installs what the tests need besides the .NET SDK: Chromium for the browser tests, kubectl for the wire tests,
# Redis for the distributed engines.
# Debian and Ubuntu by apt-get; elsewhere it says what to install. Does nothing where everything is there.
set -euo pipefail

missing=()
command -v chromium >/dev/null || [ -n "${CHROMIUM_PATH:-}" ] || missing+=(chromium)
command -v kubectl >/dev/null || missing+=(kubernetes-client)
command -v redis-server >/dev/null || missing+=(redis-server)

[ "${#missing[@]}" -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "The tests need ${missing[*]} (Debian package names). Install them with your package manager; CHROMIUM_PATH may name another Chromium." >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "The tests need ${missing[*]}: run 'apt-get install ${missing[*]}' as root." >&2; exit 1; }
  as_root=(sudo)
fi

echo "Installing ${missing[*]} …"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-dejavu-core >/dev/null
