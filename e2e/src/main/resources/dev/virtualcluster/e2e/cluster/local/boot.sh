# SPDX-License-Identifier: Apache-2.0
# Turns fresh namespaces into one machine of the local cluster and becomes its process 1.
# usage: boot.sh NAME FOLDER INIT VOLUMES SOURCE:TARGET...
#
# The machine sees this host's file system read-only through an overlay; what it writes goes to memory or, for the
# folders named as SOURCE:TARGET, to the state folder. So nothing of it can be left on the host, and all its
# mounts end with its last process.
set -eu
name=$1 folder=$2 init=$3 volumes=$4
shift 4

# A mount can hide only what exists: the new root is put together on an empty folder of the machine's own.
base=$folder/root
mkdir -p "$base"
mount -t tmpfs -o size=1g,mode=755 virtualcluster-local "$base"
mkdir "$base/upper" "$base/work" "$base/new"
mount -t overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" virtualcluster-local "$base/new"
new=$base/new

mount --rbind /sys "$new/sys"
mount --rbind /dev "$new/dev"
mount -t proc proc "$new/proc"
mount -t tmpfs -o mode=755 run "$new/run"
mkdir -p "$new/run/lock" "$new/run/netns"
mount -t tmpfs -o mode=1777 tmp "$new/tmp"
for bind in "$@"; do
  mkdir -p "$new${bind#*:}"
  mount --rbind "${bind%%:*}" "$new${bind#*:}"
done

mkdir "$new/.host"
cd "$new"
pivot_root . .host
umount -l /.host
rmdir /.host
# Volumes that a pod mounts must show in the kubelet and the other way round.
mount --make-rshared /

if [ "$name" != control ]; then
  hostname "$name"
  ip link set lo up
fi
touch "$folder/booted"
exec "$init" "$volumes" </dev/null
