// SPDX-License-Identifier: Apache-2.0
/**
 * The custom resources of group {@code tenancy.x-k8s.io} and the well-known keys that every process writes and reads.
 * Nothing here does I/O; the CRDs in {@code charts/virtualcluster/crds} are generated from these classes.
 */
@NullMarked
package dev.virtualcluster.apis;

import org.jspecify.annotations.NullMarked;
