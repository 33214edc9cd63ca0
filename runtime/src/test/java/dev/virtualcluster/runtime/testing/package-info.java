// SPDX-License-Identifier: Apache-2.0
/**
 * Real API servers for tests: kube-apiserver, etcd and, where wanted, kube-controller-manager as processes on loopback.
 * Published as a test-jar; every module's integration tests run against it. Beside them, what the chart starts us with.
 */
@NullMarked
package dev.virtualcluster.runtime.testing;

import org.jspecify.annotations.NullMarked;
