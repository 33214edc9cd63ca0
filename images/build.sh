#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes our three images as archives that `ctr images import` and `docker load` take: <module>/target/image.tar.
# Needs JAVA_HOME; no Docker, no registry. Further arguments go to Maven.
set -euo pipefail
cd "$(dirname "$0")/.."
images/base.sh
exec mvn -B -q -Pimages -DskipTests -pl tenant-operator,syncer,vn-agent -am package "$@"
