# SPDX-License-Identifier: Apache-2.0
# The commands of this repository; `make help` lists them. On the local cluster nothing but a JDK 25 and Go must be there beforehand.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export JAVA_HOME := $(shell e2e/jdk.sh 2>/dev/null)
export MAVEN_OPTS ?= -Xmx1g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
PROVIDER ?= local
# k3s must outlive the command that started it.
export TESTCONTAINERS_REUSE_ENABLE := true
MVN := ./mvnw -B -q
JAVA := $(JAVA_HOME)/bin/java -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED
E2E = $(JAVA) -cp e2e/target/classes:$$(cat e2e/target/runtime.classpath)
CLUSTER = $(E2E) dev.virtualcluster.e2e.cluster.cli.ClusterMain
SOURCES := $(shell find pom.xml apis runtime tenant-operator syncer vn-agent e2e images charts/pom.xml -type f \
	\( -name '*.java' -o -name 'pom.xml' -o -name '*.properties' -o -name '*.sh' -o -name '*.list' -o -path '*/src/main/resources/*' \) -not -path '*/target/*' -not -path '*/src/test/*' 2>/dev/null)
# Whatever removed what the images are made from, or what bench starts, asks for another build.
MADE := $(wildcard build/images/java/bin/java) $(wildcard syncer/target/image/stage/app/arguments)
# Suites without which a run proves nothing; one line of e2e/required-suites each.
REQUIRED := $(shell cat e2e/required-suites 2>/dev/null)

.PHONY: java classes remake crds chart-golden help preflight binaries build images test verify fmt lint cluster cluster-down cluster-status cluster-logs demo demo-down conformance bench

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 18

preflight: java
	@if [ "$(PROVIDER)" = local ]; then e2e/preflight.sh machine; fi

# What needs no cluster needs no root and no Go either.
java:
	@e2e/jdk.sh >/dev/null
	@command -v mvn >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq maven >/dev/null; } || { echo "Maven is not installed: install it (apt-get install maven)." >&2; exit 1; }

binaries: preflight ## build the programs of the local cluster, or find them in the cache
	@if [ "$(PROVIDER)" = local ]; then e2e/binaries/build.sh tools etcd kubernetes containerd coredns agnhost; else e2e/binaries/build.sh etcd kubernetes; fi

build: build/stamp/package ## compile everything and build our images

images: build/stamp/package ## our images as archives: <module>/target/image.tar

remake:

build/stamp/package: $(SOURCES) $(if $(word 2,$(MADE)),,remake) | preflight
	@echo "building our programs and images (about two minutes on two cores)"
	@images/base.sh
	@$(MVN) -Pimages -DskipTests -Dspotless.check.skip -pl tenant-operator,syncer,vn-agent,e2e -am package
	@mkdir -p $(@D); touch $@

test: java ## the fast loop: unit tests of all modules, without any server
	@e2e/bin/forget-reports
	@$(MVN) test
	@e2e/bin/test-summary

verify: preflight ## all tests, the suites on the real cluster included
	@e2e/bin/verify $(REQUIRED)

crds: java ## write the CRDs anew from the classes in apis
	@$(MVN) test -pl apis -Dtest=CrdTest -Dcrds.update=true

chart-golden: java ## write anew what the chart renders; review the diff
	@$(MVN) test -pl charts -am -Dtest=RenderedChartTest -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.update=true

fmt: java ## format all sources
	@$(MVN) spotless:apply

lint: java ## style, compiler and layering checks alone
	@$(MVN) test -Dtest='*Layer*Test,ArchitectureTest' -Dsurefire.failIfNoSpecifiedTests=false

cluster: ready ## bring the super cluster up (NODES=2, PROVIDER=local|k3s|existing)
	@$(CLUSTER) up

# For what looks at a cluster or ends it: the classes that started it, whatever has become of sources and machine since.
classes:
	@[ -e e2e/target/runtime.classpath ] && [ -d e2e/target/classes/dev ] || $(MAKE) build/stamp/package

cluster-down: classes ## take the super cluster down; nothing is left
	@$(CLUSTER) down

cluster-status: classes ## what runs, and where
	@$(CLUSTER) status

cluster-logs: classes ## the ends of the cluster's logs (COMPONENT=apiserver)
	@$(CLUSTER) logs $(COMPONENT)

# Programs and images are built side by side: both wait for the disk and the network as much as for the processor.
.PHONY: ready
ready: preflight
	@mkdir -p build/logs
	@if [ "$(PROVIDER)" != local ] && command -v kubectl >/dev/null; then $(MAKE) build/stamp/package; else e2e/bin/beside "$(MAKE) binaries" "$(MAKE) build/stamp/package"; fi

demo: ready ## a real cluster, two tenants on it, and everything a tenant does (PROVIDER=existing REGISTRY=where/our/images/are)
	@started=$$SECONDS; $(CLUSTER) up; $(CLUSTER) import tenant-operator/target/image.tar syncer/target/image.tar vn-agent/target/image.tar; \
	  $(E2E) dev.virtualcluster.e2e.demo.DemoMain --cluster-seconds $$((SECONDS - started))

demo-down: cluster-down ## take down what the demo made
	@rm -rf build/demo build/cluster

conformance: ready ## upstream's conformance tests against a tenant (FOCUS=regular-expression LIMIT=200 PROCS=3 ATTEMPTS=2 TABLE=file)
	@e2e/binaries/build.sh conformance $(if $(filter local,$(PROVIDER)),sample-apiserver)
	@$(CLUSTER) up
	@$(CLUSTER) import tenant-operator/target/image.tar syncer/target/image.tar vn-agent/target/image.tar
	@$(CLUSTER) conformance-images
	@$(E2E) dev.virtualcluster.e2e.conformance.ConformanceMain --focus '$(or $(FOCUS),.)' --limit $(or $(LIMIT),200) --procs $(or $(PROCS),3) --attempts $(or $(ATTEMPTS),2) $(if $(TABLE),--table $(TABLE))

bench: demo ## readiness, a lone pod, idle memory and writes; bench/syncer-load measures the syncer alone
	@bench/run 5 30
