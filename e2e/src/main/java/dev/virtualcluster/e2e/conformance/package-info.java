// SPDX-License-Identifier: Apache-2.0
/**
 * Kubernetes' own conformance tests, run by the upstream test binary against the super cluster and against a tenant.
 * What differs between the two is ours to explain; the table of it is a file that people read.
 */
@NullMarked
package dev.virtualcluster.e2e.conformance;

import org.jspecify.annotations.NullMarked;
