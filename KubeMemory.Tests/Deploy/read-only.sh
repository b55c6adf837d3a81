#!/bin/sh
# Runs a program as a pod runs it: user 1654 without rights, on a file system that can be written to in one folder alone.
#   read-only.sh FOLDER PROGRAM [ARGUMENT…]     FOLDER may be empty: none at all
# In a mount namespace of its own, of root or of a user who is root in there; the test starts it so.
set -eu

folder="$1"
shift

# A mount of its own stays as it is when the one around it turns read-only.
[ -z "$folder" ] || mount --bind "$folder" "$folder"

# The flags that are set must be named again: whoever is root in a user namespace alone may not drop them.
while read -r _ point _ options _; do
  case "$point" in
    "$folder" | /proc | /proc/* | /sys | /sys/* | /dev | /dev/pts | /dev/mqueue | /dev/hugepages) continue ;;
  esac

  kept=""
  for flag in nosuid nodev noexec noatime nodiratime relatime; do
    case ",$options," in *",$flag,"*) kept="$kept,$flag" ;; esac
  done
  mount -o "remount,bind,ro$kept" "$point"
done </proc/self/mounts

cd /
if [ "${OUTER_USER}" = 0 ]; then
  unset OUTER_USER
  exec setpriv --reuid=1654 --regid=1654 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
fi

unset OUTER_USER
exec unshare --user --map-user=1654 --map-group=1654 -- setpriv --no-new-privs -- "$@"
