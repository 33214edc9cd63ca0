# SPDX-License-Identifier: Apache-2.0
# Keeps one program of the cluster running, as an init system does: a controller-manager that ends because its API server
# was away comes back by itself. A program that ends five times in a row soon after its start is given up.
# usage: keep.sh PROGRAM ARGUMENTS...
failures=0
while [ "$failures" -lt 5 ]; do
  started=$(cut -d. -f1 /proc/uptime)
  "$@" && code=0 || code=$?
  lived=$(($(cut -d. -f1 /proc/uptime) - started))
  if [ "$lived" -gt 20 ]; then failures=0; else failures=$((failures + 1)); fi
  echo "keep: ${1##*/} ended with $code after $lived s"
  sleep 0.5
done
echo "keep: ${1##*/} was given up"
exit 1
