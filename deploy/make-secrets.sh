#!/bin/sh
# Makes the secrets of a deployment: every NAME.env.example of a folder becomes NAME.env, with a random value for what is empty there.
# What is there already stays as it is. Run it once:
#   deploy/make-secrets.sh deploy/kubernetes/overlays/embedded
set -eu
umask 077

folder="${1:-}"
if [ $# -ne 1 ] || ! ls -A "$folder" 2>/dev/null | grep -q '\.env\.example$'; then
  echo "Name a folder that holds a .env.example, like deploy/kubernetes/overlays/embedded, deploy/kubernetes/overlays/distributed or deploy." >&2
  exit 2
fi

# 256 bits, in letters and digits: a password that needs no quoting anywhere.
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

for example in "$folder"/*.env.example "$folder"/.env.example; do
  [ -e "$example" ] || continue
  made="${example%.example}"
  if [ -e "$made" ]; then
    echo "$made is there already and stays as it is."
    continue
  fi

  while IFS= read -r line || [ -n "$line" ]; do
    case "$line" in
      \#*) ;;
      ?*=) line="$line$(random)" ;;
    esac
    printf '%s\n' "$line"
  done <"$example" >"$made.new"
  mv "$made.new" "$made"
  echo "Made $made."
done
