/**
 * A Kubernetes cluster to run against, whoever provides it: processes on this machine, k3s in Docker, or a cluster that
 * exists. Suites and tools see only {@link dev.virtualcluster.e2e.cluster.SuperCluster}.
 */
@NullMarked
package dev.virtualcluster.e2e.cluster;

import org.jspecify.annotations.NullMarked;
