#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the home of a JDK 25 or newer: JAVA_HOME, the java on PATH, or one installed where JDKs are installed.
set -euo pipefail
wanted=25

version_of() { # the feature version in a JDK's release file, which is read faster than java starts
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

candidates() {
  [ -z "${JAVA_HOME:-}" ] || echo "$JAVA_HOME"
  local java; if java=$(command -v java); then dirname "$(dirname "$(readlink -f "$java")")"; fi
  local home
  # shellcheck disable=SC2086
  for home in ${VC_JDK_PLACES:-/usr/lib/jvm /usr/java /opt/java /opt /usr/local "${HOME:-/root}/.sdkman/candidates/java" "${HOME:-/root}/.jdks"}; do
    for home in "$home"/*; do
      [ ! -d "$home" ] || echo "$home"
    done
  done
}

while read -r home; do
  version=$(version_of "$home") || continue
  if [ -n "$version" ] && [ "$version" -ge "$wanted" ]; then echo "$home"; exit 0; fi
done < <(candidates)
echo "No JDK $wanted was found (looked at JAVA_HOME, PATH, /usr/lib/jvm and the like): install one, for example Temurin from https://adoptium.net, and set JAVA_HOME to it." >&2
exit 1
