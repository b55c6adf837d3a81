#!/usr/bin/env bash
# Builds the four images, without a Dockerfile and for the first three targets without root:
#   eng/images.sh                                       into the local Docker or Podman
#   eng/images.sh -p:ContainerRegistry=registry.example.com -p:ContainerRepositoryPrefix=ops/   into a registry
#   eng/images.sh -p:ContainerArchiveOutputPath=images/ into archives, for docker load or kind load image-archive; needs no Docker
# ARCH=arm64 for other machines; every other argument is dotnet publish's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for project in Watcher Api Web Standalone; do
  dotnet publish "KubeMemory.$project" -c Release --os linux --arch "${ARCH:-x64}" --self-contained -t:PublishContainer "$@"
done
