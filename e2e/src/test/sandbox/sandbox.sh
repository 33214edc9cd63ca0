#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command as if it were alone on a machine: own processes, mounts, network and control groups, and empty folders
# where the local cluster keeps its state. So the cluster's own tests start, break and remove clusters beside one
# that runs, and all they make ends with the command, however it ends.
#
# usage: sandbox.sh COMMAND...      (as root; VC_SANDBOX_HIDE is a folder the command sees empty)
# The command finds in VC_SANDBOX_WRITTEN the folder of all files that were written to the places of a cluster's files;
# what others on this machine write there at the same time is not among them.
set -euo pipefail
places=/var/tmp
prefix=virtualcluster-sandbox

outside() {
  [ "$(id -u)" = 0 ] || { echo "The local cluster's tests need root: run them as root." >&2; exit 1; }
  hierarchies=$(awk '($3 == "cgroup" || $3 == "cgroup2") && $2 ~ /^\/sys\/fs\/cgroup/ { print $2 }' /proc/self/mounts | sort -u)
  local old h file scratch group child code=0
  # What a killed run left: a folder whose control groups hold no process.
  for old in "$places/$prefix".*; do
    if [ -d "$old" ] && [ -z "$(members "$(basename "$old")")" ]; then remove "$(basename "$old")"; fi
  done
  scratch=$(mktemp -d "$places/$prefix.XXXXXX")
  group=$(basename "$scratch")
  for h in $hierarchies; do
    mkdir -p "$h/$group"
    for file in cpuset.cpus cpuset.mems; do
      # Files of control groups have no size: only reading tells what is in them.
      [ ! -e "$h/$group/$file" ] || [ -z "$(cat "$h/$file")" ] || cat "$h/$file" > "$h/$group/$file"
    done
  done
  exec 3<&0
  (
    for h in $hierarchies; do echo "$BASHPID" > "$h/$group/cgroup.procs"; done
    exec unshare --cgroup --mount --pid --fork --kill-child --net --uts --ipc --propagation private \
      /bin/bash "$0" --inside "$scratch" "$@"
  ) <&3 &
  child=$!
  # unshare ignores polite signals; when it is killed, its child goes, and with it the whole sandbox.
  trap 'kill -KILL $child 2>/dev/null || true' TERM INT HUP
  wait "$child" || code=$?
  remove "$group"
  exit "$code"
}

members() {
  local h
  for h in $hierarchies; do
    find "$h/$1" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done
}

remove() { # one sandbox, when its last processes are gone
  local h left
  for _ in $(seq 100); do
    left=
    for h in $hierarchies; do
      [ ! -d "$h/$1" ] || find "$h/$1" -depth -type d -exec rmdir {} + 2>/dev/null || left=yes
    done
    [ -n "$left" ] || break
    sleep 0.1
  done
  rm -rf --one-file-system "${places:?}/$1"
}

inside() {
  local scratch=$1 mounted point type options place
  shift
  mount -t proc proc /proc
  mounted=$(awk '($3 == "cgroup" || $3 == "cgroup2") && $2 ~ /^\/sys\/fs\/cgroup/ { print $2, $3, $4 }' /proc/self/mounts)
  # Interfaces are listed as the network sees them that /sys was mounted in.
  mount -t sysfs sysfs /sys
  # The kernel refuses to mount a hierarchy over itself: something else has to lie between.
  mount -t tmpfs cgroup /sys/fs/cgroup
  while read -r point type options; do
    mkdir -p "$point"
    case $type in
      cgroup) mount -t cgroup -o "$(hierarchy_of "$options")" cgroup "$point" ;;
      cgroup2)
        mount -t cgroup2 cgroup2 "$point"
        # Here a group may not be both a place for processes and a parent with controllers.
        mkdir -p "$point/command"
        echo $$ > "$point/command/cgroup.procs"
        ;;
    esac
  done <<< "$mounted"
  mount -t tmpfs run /run
  mkdir -p /run/lock "$scratch/state" "$scratch/layers"
  mount -t tmpfs layers "$scratch/layers"
  export VC_SANDBOX_WRITTEN=$scratch/layers/written
  for place in /etc /opt /usr/libexec /var/cache /var/lib /var/log /var/spool; do
    [ -d "$place" ] || continue
    mkdir -p "$VC_SANDBOX_WRITTEN$place" "$scratch/layers/work$place"
    mount -t overlay -o "lowerdir=$place,upperdir=$VC_SANDBOX_WRITTEN$place,workdir=$scratch/layers/work$place" layers "$place"
  done
  rm -rf /var/lib/virtualcluster-local
  mkdir /var/lib/virtualcluster-local
  mount --bind "$scratch/state" /var/lib/virtualcluster-local
  if [ -n "${VC_SANDBOX_HIDE:-}" ]; then
    mkdir -p "$VC_SANDBOX_HIDE"
    mount -t tmpfs hidden "$VC_SANDBOX_HIDE"
  fi
  ip link set lo up
  "$@"
}

hierarchy_of() { # the mount options that say which version 1 hierarchy it is
  echo "$1" | tr ',' '\n' | grep -vE '^(rw|ro|relatime|noatime|nosuid|nodev|noexec)$' | paste -sd, | sed 's/^name=/none,name=/'
}

if [ "${1:-}" = --inside ]; then shift; inside "$@"; else outside "$@"; fi
