#!/usr/bin/env bash
# Builds the programs of the local cluster from their Go modules, or finds them in the per-user cache.
#
# usage: build.sh [--print-dir] [FAMILY...]     families: see FAMILIES below; default: the ones a cluster needs
#
# A family's folder in the cache is named by a digest of everything that goes into it (go.mod, go.sum, this
# recipe, the Go version), so a changed pin never meets a stale binary, and two checkouts share what is equal.
# A build is made in a scratch folder and renamed into place when complete: a killed build leaves nothing half.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${VC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/virtualcluster}/bin
FAMILIES="tools etcd kubernetes containerd coredns agnhost conformance sample-apiserver"
DEFAULT="tools etcd kubernetes containerd coredns agnhost"

version() { sed -n "s/^$1=//p" "$here/../versions.properties"; }
fail() { echo "build.sh: $*" >&2; exit 1; }

folder_of() { case $1 in agnhost) echo kubernetes ;; *) echo "$1" ;; esac; }

packages_of() {
  case $1 in
    tools) echo ./pause ./init ;;
    sample-apiserver) echo k8s.io/sample-apiserver ;;
    kubernetes) for p in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl; do echo "k8s.io/kubernetes/cmd/$p"; done ;;
    etcd) echo go.etcd.io/etcd/server/v3 ;;
    containerd) for p in containerd containerd-shim-runc-v2 ctr; do echo "github.com/containerd/containerd/v2/cmd/$p"; done ;;
    coredns) echo github.com/coredns/coredns ;;
    agnhost) echo k8s.io/kubernetes/test/images/agnhost ;;
    conformance) echo github.com/onsi/ginkgo/v2/ginkgo ;;
    *) fail "unknown family '$1'; one of: $FAMILIES" ;;
  esac
}

module_of() {
  case $1 in
    tools) echo "dev.virtualcluster/tools own" ;;
    kubernetes|agnhost|conformance) echo "k8s.io/kubernetes $(version kubernetes)" ;;
    # The staging repositories are tagged v0 where Kubernetes is v1.
    sample-apiserver) v=$(version kubernetes); echo "k8s.io/sample-apiserver v0.${v#v1.}" ;;
    etcd) echo "go.etcd.io/etcd/server/v3 $(version etcd)" ;;
    containerd) echo "github.com/containerd/containerd/v2 $(version containerd)" ;;
    coredns) echo "github.com/coredns/coredns $(version coredns)" ;;
    *) fail "unknown family '$1'; one of: $FAMILIES" ;;
  esac
}

ldflags_of() {
  local v minor
  case $1 in
    kubernetes|agnhost|conformance|sample-apiserver)
      # Without these the server calls itself v0.0.0 and every feature and skew decision goes wrong.
      v=$(version kubernetes); minor=${v#v1.}; minor=${minor%%.*}
      for p in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
        printf -- '-X %s.gitVersion=%s -X %s.gitMajor=1 -X %s.gitMinor=%s -X %s.gitTreeState=clean ' "$p" "$v" "$p" "$p" "$minor" "$p"
      done ;;
    containerd) printf -- '-X github.com/containerd/containerd/v2/version.Version=%s' "$(version containerd)" ;;
  esac
}

tags_of() { case $1 in containerd) echo "no_btrfs no_devmapper no_zfs" ;; esac; }

recipe() { # everything that decides the family's bytes
  local dir; dir="$here/$(folder_of "$1")"
  if [ "$1" = tools ]; then cat "$dir"/*/*.go "$dir/go.mod"; else cat "$dir/go.mod" "$dir/go.sum"; fi
  if [ "$1" = agnhost ]; then echo "with its certificate and pictures"; fi
  go version; module_of "$1"; packages_of "$1"; ldflags_of "$1"; tags_of "$1"
}

dir_of() { echo "$cache/$1-$(module_of "$1" | cut -d' ' -f2)-$(recipe "$1" | sha256sum | cut -c1-12)"; }

intact() { [ -f "$1/SHA256SUMS" ] && (cd "$1" && sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1); }

build() {
  local family=$1 dir scratch module pinned started=$SECONDS
  dir=$(dir_of "$family")
  mkdir -p "$cache"
  # One build of a family at a time; the lock goes with the process, so what lies here of others is theirs no more.
  exec 9>"$cache/.$family.lock"
  flock 9
  if intact "$dir"; then return; fi
  rm -rf "$cache/.$family".??????
  cd "$here/$(folder_of "$family")"
  module=$(module_of "$family")
  pinned=$(go list -m -f '{{.Path}} {{or .Version "own"}}' "${module% *}")
  [ "$pinned" = "$module" ] || fail "versions.properties wants $module, go.mod pins $pinned: make them agree"
  echo "$family: building $module (minutes on a fresh machine)"
  scratch=$(mktemp -d "$cache/.$family.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  # shellcheck disable=SC2046
  go build -mod=readonly -trimpath -buildvcs=false -tags "$(tags_of "$family")" -ldflags "-s -w $(ldflags_of "$family")" \
    -o "$scratch/" $(packages_of "$family")
  if [ "$family" = etcd ]; then mv "$scratch/v3" "$scratch/etcd" 2>/dev/null || mv "$scratch/server" "$scratch/etcd"; fi
  if [ "$family" = agnhost ]; then
    # Files of upstream's images that are made of this program.
    images=$(go list -m -f '{{.Dir}}' k8s.io/kubernetes)/test/images
    cp "$images"/agnhost/porter/localhost.{crt,key} "$scratch/"
    for picture in kitten nautilus; do
      mkdir "$scratch/$picture"
      cp "$images/$picture"/html/* "$scratch/$picture/"
    done
    chmod -R u+w "$scratch"
  fi
  if [ "$family" = conformance ]; then
    go test -c -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w $(ldflags_of "$family")" -o "$scratch/e2e.test" k8s.io/kubernetes/test/e2e
  fi
  (cd "$scratch" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)
  rm -rf "$dir"; mv "$scratch" "$dir"; trap - EXIT
  echo "$family: built in $((SECONDS - started)) s"
}

print_dir=false
if [ "${1:-}" = --print-dir ]; then print_dir=true; shift; fi
command -v go >/dev/null || fail "Go is not installed, and kubectl, the local cluster's programs and the test programs are built with it. Install Go (https://go.dev/dl); 'make demo' on another cluster (PROVIDER=k3s with a Docker engine, PROVIDER=existing with KUBECONFIG) needs only a kubectl on PATH instead."
export CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $DEFAULT
for family in "$@"; do
  if $print_dir; then dir_of "$family"; else (build "$family"); fi
done
