#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command as if it were alone on a machine: own processes, mounts, network and control groups, and empty folders
# where the local cluster keeps its state. So the cluster's own tests start, break and remove clusters beside one
# that runs, and all they make ends with the command, however it ends.
#
# usage: sandbox.sh COMMAND...      (as root)
set -euo pipefail

if [ "${1:-}" != --inside ]; then
  [ "$(id -u)" = 0 ] || { echo "The local cluster's tests need root: run them as root." >&2; exit 1; }
  scratch=$(mktemp -d /var/tmp/virtualcluster-sandbox.XXXXXX)
  group=$(basename "$scratch")
  hierarchies=$(awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/self/mounts | sort -u)
  leave() {
    local h i
    for h in $hierarchies; do
      for i in $(seq 50); do
        find "$h/$group" -depth -type d -exec rmdir {} + 2>/dev/null
        [ -d "$h/$group" ] || break
        sleep 0.1
      done
    done
    rm -rf --one-file-system "$scratch"
  }
  trap leave EXIT
  for h in $hierarchies; do
    mkdir -p "$h/$group"
    for file in cpuset.cpus cpuset.mems; do
      [ ! -e "$h/$group/$file" ] || cat "$h/$file" > "$h/$group/$file"
    done
  done
  # A group may not be both a parent and a place for processes in version 2: the command sits one level down.
  (
    for h in $hierarchies; do echo $BASHPID > "$h/$group/cgroup.procs"; done
    exec unshare --cgroup --mount --pid --fork --kill-child --net --uts --ipc --propagation private \
      /bin/bash "$0" --inside "$scratch" "$@"
  )
  exit
fi

scratch=$2
shift 2
mount -t proc proc /proc
mounted=$(awk '$3 == "cgroup" || $3 == "cgroup2"' /proc/self/mounts)
# Interfaces are listed as the network sees them that /sys was mounted in.
mount -t sysfs sysfs /sys
# The kernel refuses to mount a hierarchy over itself: something else has to lie between.
mount -t tmpfs cgroup /sys/fs/cgroup
while read -r _ point type options _; do
  mkdir -p "$point"
  case $type in
    cgroup) mount -t cgroup -o "$(echo "$options" | tr ',' '\n' | grep -vE '^(rw|ro|relatime|nosuid|nodev|noexec)$' | paste -sd, | sed 's/^name=/none,name=/')" cgroup "$point" ;;
    cgroup2) mount -t cgroup2 cgroup2 "$point" ;;
  esac
done <<< "$mounted"
mount -t tmpfs run /run
mkdir -p /run/lock "$scratch/state" "$scratch/varlib-upper" "$scratch/varlib-work"
mount -t tmpfs varlib "$scratch/varlib-work"
mkdir "$scratch/varlib-work/upper" "$scratch/varlib-work/work"
mount -t overlay -o "lowerdir=/var/lib,upperdir=$scratch/varlib-work/upper,workdir=$scratch/varlib-work/work" varlib /var/lib
rm -rf /var/lib/virtualcluster-local
mkdir /var/lib/virtualcluster-local
mount --bind "$scratch/state" /var/lib/virtualcluster-local
mkdir -p "${VC_SANDBOX_HIDE:-/run/none}"
mount -t tmpfs build "${VC_SANDBOX_HIDE:-/run/none}"
ip link set lo up
"$@"
