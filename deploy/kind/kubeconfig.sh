#!/bin/sh
# Writes deploy/kind/kubeconfig: the cluster as a container sees it, for deploy/compose.yaml.
#   deploy/kind/kubeconfig.sh                    in the network of kind's nodes, with compose.kind.yaml: anywhere
#   deploy/kind/kubeconfig.sh --docker-desktop   through host.docker.internal: Docker Desktop
# KIND_CLUSTER names another cluster than kubememory.
set -eu
umask 077

cluster="${KIND_CLUSTER:-kubememory}"
file="$(cd "$(dirname "$0")" && pwd)/kubeconfig"

case "${1:-}" in
  "")
    kind get kubeconfig --internal --name "$cluster" >"$file.new"
    ;;
  --docker-desktop)
    kind get kubeconfig --name "$cluster" >"$file.new"
    # The certificate is for localhost, whatever the address is called: it stays checked.
    server=$(kubectl --kubeconfig "$file.new" config view --minify --output 'jsonpath={.clusters[0].cluster.server}')
    kubectl --kubeconfig "$file.new" config set-cluster "kind-$cluster" --tls-server-name=localhost \
      --server="https://host.docker.internal:${server##*:}" >/dev/null
    ;;
  *)
    echo "Leave the argument out, or write --docker-desktop." >&2
    exit 2
    ;;
esac

mv "$file.new" "$file"
echo "Wrote $file: give it to Compose as KUBECONFIG_FILE=$file, on Linux with KUBEMEMORY_UID=$(id -u)."
