#!/usr/bin/env bash
# Starts the Aspire dashboard, where traces, logs and metrics of KubeMemory are looked at. It comes from npm: no Docker, no Aspire project.
set -euo pipefail

port="${DASHBOARD_PORT:-18888}"
grpc="${OTLP_GRPC_PORT:-4317}"
http="${OTLP_HTTP_PORT:-4318}"
install_only=

usage() {
  cat <<EOF
Usage: eng/aspire-dashboard.sh [--port N] [--otlp-grpc-port N] [--otlp-http-port N] [--install]

Starts the Aspire dashboard and says what to set in the services; Ctrl+C ends it. What it was sent is in its memory alone.

  --port N            its pages (default $port, or DASHBOARD_PORT)
  --otlp-grpc-port N  OTLP over gRPC (default $grpc, or OTLP_GRPC_PORT)
  --otlp-http-port N  OTLP over HTTP (default $http, or OTLP_HTTP_PORT)
  --install           fetch it (about 130 MB, once; its first start unpacks 300 MB into ~/.aspire) and do not start it
  --help              this

It listens on 127.0.0.1 alone and asks nobody who they are: everyone on this machine can read what it shows.
Needs Node.js 20 or newer with npm.
EOF
}

mistake() {
  echo "$1 See eng/aspire-dashboard.sh --help." >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case "$1" in
    --port | --otlp-grpc-port | --otlp-http-port)
      [ $# -ge 2 ] || mistake "$1 needs a number."
      [[ "$2" =~ ^[0-9]{1,5}$ ]] && [ "$2" -ge 1 ] && [ "$2" -le 65535 ] || mistake "$1 is '$2': it must be a port from 1 to 65535."
      case "$1" in
        --port) port="$2" ;;
        --otlp-grpc-port) grpc="$2" ;;
        --otlp-http-port) http="$2" ;;
      esac
      shift 2
      ;;
    --install) install_only=1; shift ;;
    -h | --help) usage; exit 0 ;;
    *) mistake "'$1' is not known." ;;
  esac
done

folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/aspire-dashboard"
linux="$folder/node_modules/@microsoft/aspire-cli-linux-x64/bin/aspire"
umbrella="$folder/node_modules/.bin/aspire"
version="$(sed -n 's/.*"@microsoft\/aspire-cli-linux-x64": "\([^"]*\)".*/\1/p' "$folder/package.json")"

if [ ! -e "$linux" ] && [ ! -e "$umbrella" ]; then
  command -v npm >/dev/null || { echo "The Aspire dashboard comes from npm: install Node.js 20 or newer from https://nodejs.org or your package manager." >&2; exit 1; }
  echo "Fetching the Aspire dashboard $version (about 130 MB, once) …" >&2
  if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  else
    # The umbrella package brings the program of this machine.
    (cd "$folder" && npm install --no-save --no-package-lock --force --no-audit --no-fund --loglevel=error "@microsoft/aspire-cli@$version" >&2)
  fi
fi

[ -z "$install_only" ] || exit 0

aspire="$linux"
[ -x "$aspire" ] || aspire="$umbrella"

cat <<EOF
Aspire dashboard: http://127.0.0.1:$port   (Ctrl+C ends it)

Set this for what is to show in it, Standalone or each service:
  export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$grpc
EOF

export ASPIRE_CLI_TELEMETRY_OPTOUT=true DOTNET_CLI_TELEMETRY_OPTOUT=1
exec "$aspire" dashboard run --allow-anonymous --non-interactive --nologo \
  --frontend-url "http://127.0.0.1:$port" --otlp-grpc-url "http://127.0.0.1:$grpc" --otlp-http-url "http://127.0.0.1:$http"
