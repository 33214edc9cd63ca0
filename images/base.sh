#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes build/images/base.tar, the image below our three: a jlinked Java runtime, the few glibc files it loads, and
# nothing else - no shell, no package manager; and the runtime alone, build/images/java. Made anew only when JDK, glibc or
# this script change.
# Needs JAVA_HOME (a JDK), tar and sha256sum; no Docker.
set -euo pipefail
cd "$(dirname "$0")/.."

: "${JAVA_HOME:?set JAVA_HOME to a JDK 25}"
OUT=build/images
TAR=$OUT/base.tar
# What our processes use; java.sql is Jackson's, jdk.unsupported Netty's, jdk.jfr for looking into a running process.
MODULES=java.base,java.logging,java.naming,java.management,java.net.http,java.security.jgss,java.sql
MODULES+=,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.unsupported
LIBS=(libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libz.so.1 libresolv.so.2 libnss_dns.so.2 libnss_files.so.2)

case "$(uname -m)" in
  x86_64) arch=amd64 loader=/lib64/ld-linux-x86-64.so.2 ;;
  aarch64) arch=arm64 loader=/lib/ld-linux-aarch64.so.1 ;;
  *) echo "images: no recipe for $(uname -m); add its dynamic loader to $0" >&2; exit 1 ;;
esac
libdir=$(dirname "$(ldd "$JAVA_HOME/bin/java" | awk '$1 == "libc.so.6" {print $3}')")

key=$(cat "$0" "$JAVA_HOME/release" "$loader" "${LIBS[@]/#/$libdir/}" | sha256sum | cut -c1-16)
if [ -f "$TAR" ] && [ -x "$OUT/java/bin/java" ] && [ "$(cat "$OUT/base.key" 2>/dev/null)" = "$key" ]; then
  exit 0
fi
echo "images: making the base image"
mkdir -p "$OUT"
work=$(mktemp -d "$OUT/base.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{etc,opt,tmp,"${libdir#/}","$(dirname "${loader#/}")"}
chmod 1777 "$root/tmp"

"$JAVA_HOME/bin/jlink" --add-modules "$MODULES" --no-header-files --no-man-pages --strip-java-debug-attributes --compress zip-6 \
  --output "$root/opt/java"
# Class data of the JDK itself, for the object layout that we run with: faster start, pages shared between processes.
# The heap size decides nothing but the encoding of pointers, which must be that of the processes.
"$root/opt/java/bin/java" -XX:+UseCompactObjectHeaders -XX:+UseSerialGC -Xmx256m -Xshare:dump -Xlog:disable -Xlog:all=error:stderr
rm -rf "$root"/opt/java/{legal,bin/keytool,bin/rmiregistry,bin/jrunscript}

cp -L "$loader" "$root$loader"
for lib in "${LIBS[@]}"; do
  cp -L "$libdir/$lib" "$root$libdir/$lib"
done
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
echo 'nonroot:x:65532:65532::/tmp:/nologin' > "$root/etc/passwd"
echo 'nonroot:x:65532:' > "$root/etc/group"

# The archive that `docker save` would write: one layer, its configuration, a manifest. Same input, same bytes.
same=(--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar)
tar "${same[@]}" -C "$root" -cf "$work/layer.tar" .
layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
cat > "$work/config.json" <<JSON
{"architecture":"$arch","os":"linux","created":"1970-01-01T00:00:00Z",
 "config":{"Env":["PATH=/opt/java/bin","JAVA_HOME=/opt/java","LANG=C.UTF-8"],"User":"65532:65532"},
 "rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},"history":[{"created_by":"images/base.sh"}]}
JSON
echo '[{"Config":"config.json","RepoTags":["virtualcluster/java:25"],"Layers":["layer.tar"]}]' > "$work/manifest.json"
tar "${same[@]}" -C "$work" -cf "$work/base.tar" manifest.json config.json layer.tar
rm -rf "$OUT/java"
mv "$root/opt/java" "$OUT/java"
mv "$work/base.tar" "$TAR"
echo "$key" > "$OUT/base.key"
