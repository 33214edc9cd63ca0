#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes what a module's image holds beside its jars, as jib lays them out:
#   <target>/image/root/app/arguments    what java is called with before the main class, in /app: flags and class path
#   <target>/image/root/app/classes.jsa  class data of JDK, libraries and ours, read once instead of parsed at every start,
#                                        where images/classes/<name>.list says which classes the process loads
# and the same layout with the jars, to run the process outside of a container: <target>/image/stage/app.
# usage: application.sh TARGET NAME CLASS_PATH_FILE JAR FLAG...   called by Maven, after the jar is there; needs base.sh to have run
set -euo pipefail
target=$1 name=$2 class_path_file=$3 jar=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)
java=$here/../build/images/java/bin/java
root=$target/image/root/app stage=$target/image/stage/app making=$target/image/making
rm -rf "$target/image/root" "$target/image/stage" "$making"
mkdir -p "$root" "$making/classpath" "$making/libs" "$(dirname "$stage")"

cp "$jar" "$making/classpath/"
entries=(classpath/$(basename "$jar"))
IFS=: read -ra libraries <<< "$(cat "$class_path_file")"
for library in "${libraries[@]}"; do
  [ ! -e "$making/libs/$(basename "$library")" ] || { echo "images: two libraries are named $(basename "$library"): jib renames one of them" >&2; exit 1; }
  [ -f "$library" ] || { echo "images: $library is no jar: run Maven as far as the phase package" >&2; exit 1; }
  cp "$library" "$making/libs/"
  entries+=(libs/$(basename "$library"))
done
# The time that jib gives every file: an archive of class data is used only with the very jars it was made from.
find "$making" -name '*.jar' -exec touch -d @1 {} +
class_path=$(printf '%s\n' "${entries[@]}" | paste -sd:)

list=$here/classes/$name.list
archive=()
if [ -f "$list" ]; then
  # With the flags of the process: collector, layout of objects and access of modules are part of the archive. Of the size
  # of the heap only the encoding of pointers. The class path is written into the archive, and has
  # to be the same when the process runs: relative, in the image's working directory.
  (cd "$making" && "$java" "$@" -Xmx256m -Xshare:dump -Xlog:disable -Xlog:all=error:stderr "-Xlog:cds*=warning,aot*=warning:file=$target/image/dump.log" \
    -XX:SharedClassListFile="$list" -XX:SharedArchiveFile="$root/classes.jsa" -cp "$class_path")
  missing=$(grep -c 'Cannot find' "$target/image/dump.log" || true) listed=$(grep -vc '^@' "$list" || true)
  if [ "$((missing * 20))" -gt "$listed" ] || [ "$listed" -lt 1000 ]; then
    echo "images: $missing of $listed classes of images/classes/$name.list are not there any more: run images/class-list" >&2
    exit 1
  fi
  cp "$root/classes.jsa" "$making/"
  # A damaged archive is left aside instead of ending the process.
  archive=(-XX:SharedArchiveFile=classes.jsa -XX:+VerifySharedSpaces)
fi
printf '%s\n' "$@" "${archive[@]}" -cp "$class_path" > "$root/arguments"
mv "$making" "$stage"
cp "$root/arguments" "$stage/"
# Where it is not usable, a process says nothing and does without it. The jars have another folder now, as in the image.
if [ -f "$list" ] && ! (cd "$stage" && "$java" -Xmx256m -Xshare:on @arguments --version > "$target/image/check.log" 2>&1); then
  echo "images: the class data of $name cannot be used: $(head -1 "$target/image/check.log")" >&2
  exit 1
fi
