#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Says in one sentence why the local cluster cannot run on this machine, and what to do; silent when it can.
#
# usage: preflight.sh machine    what can be known before anything is installed or built
#        preflight.sh kernel     what the kernel must be able to do (uses the installed packages; leaves nothing)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
others="use another cluster: PROVIDER=k3s with a Docker engine, or PROVIDER=existing with KUBECONFIG."
no() { echo "$*" >&2; exit 1; }

free_gb() { # of the file system a folder is or will be on
  local at=$1
  while [ ! -e "$at" ]; do at=$(dirname "$at"); done
  df -Pk "$at" | awk 'NR == 2 { print int($4 / 1048576) }'
}

machine() {
  [ "$(uname -s)" = Linux ] || no "The local cluster needs Linux: run this on a Linux machine, or $others"
  [ "$(id -u)" = 0 ] || no "The local cluster needs root, because it makes network interfaces, mounts and control groups: run this as root (sudo env PATH=\"\$PATH\" make ...), or $others"
  command -v apt-get >/dev/null || no "The local cluster installs what it needs with apt-get, and this is no Debian or Ubuntu: run it on one of those, or $others"
  command -v go >/dev/null || no "Go is not installed, and the local cluster's programs are built with it: install Go $(wanted_go) or newer (https://go.dev/dl) and put it on PATH, or $others"
  local have; have=$(go env GOVERSION 2>/dev/null | sed 's/^go//')
  [ "$(printf '%s\n' "$(wanted_go)" "$have" | sort -V | head -1)" = "$(wanted_go)" ] || no "Go $have is too old for the local cluster's programs: install Go $(wanted_go) or newer (https://go.dev/dl), or $others"
  "$here/jdk.sh" >/dev/null || exit 1
  local memory; memory=$(awk '/^MemTotal:/ { print int($2 / 1048576) }' "${VC_MEMINFO:-/proc/meminfo}")
  [ "$memory" -ge 5 ] || no "This machine has $memory GB of memory, and the local cluster needs 6: use a larger machine, or $others"
  # Built programs are there already: then only the cluster itself needs room.
  local need=20 cache=${VC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/virtualcluster}
  if compgen -G "$cache/bin/kubernetes-*/SHA256SUMS" >/dev/null; then need=8; fi
  local at gb
  for at in "$cache" /var/lib/virtualcluster-local; do
    gb=$(free_gb "$at")
    [ "$gb" -ge "$need" ] || no "The disk of $at has $gb GB free, and the local cluster needs $need: free some, or point VC_CACHE at another disk."
  done
}

# The build takes the Go that is there, so it must be as new as the most demanding of the modules.
wanted_go() { sed -n 's/^go \([0-9.]*\)$/\1/p' "$here"/binaries/*/go.mod | sort -V | tail -1; }

kernel() {
  local n
  for n in mnt pid net uts ipc; do
    [ -e "/proc/self/ns/$n" ] || no "This kernel has no $n namespaces, and each node of the local cluster is made of them: use a kernel with CONFIG_NAMESPACES and its parts, or $others"
  done
  grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || no "This kernel has no overlay file system, which nodes and containers are made of: use a kernel with CONFIG_OVERLAY_FS, or $others"
  local controllers; controllers=" $(cut -f1 /proc/cgroups 2>/dev/null | tr '\n' ' ') $(cat /sys/fs/cgroup/cgroup.controllers 2>/dev/null || true) "
  for n in cpu memory pids cpuset; do
    case $controllers in *" $n "*) ;; *) no "This kernel has no $n control groups, which the kubelet needs: use a kernel with them, or $others" ;; esac
  done
  # In a network of its own, which ends with the shell that tries.
  local tried
  tried=$(unshare --net --mount --pid --fork sh -c '
    { ip link add probe0 type bridge && ip link add probe1 type veth peer name probe2; } 2>&1 || exit 3
    nft add table ip probe 2>&1 && nft "add chain ip probe nat { type nat hook postrouting priority 100; }" 2>&1 || exit 4
    iptables -t nat -L >/dev/null 2>&1 || exit 5') || case $? in
    3) no "This machine cannot make bridges or cables ($tried): use a kernel with CONFIG_BRIDGE and CONFIG_VETH, or $others" ;;
    4) no "This machine cannot make packet rules with nft ($tried): use a kernel with CONFIG_NF_TABLES and CONFIG_NFT_NAT, or $others" ;;
    5) no "This machine cannot make packet rules with iptables, which host ports of pods need: use a kernel with NFT_COMPAT and iptables NAT, or $others" ;;
    *) no "This machine does not let root make namespaces ($tried): run outside of the container or sandbox, or $others" ;;
  esac
}

case ${1:-} in machine | kernel) "$1" ;; *) no "usage: preflight.sh machine|kernel" ;; esac
