// SPDX-License-Identifier: Apache-2.0
/**
 * Which tenant is meant: a VirtualCluster with its key, labels and annotations.
 * Everything that writes or deletes for a tenant derives names and proofs of ownership from here.
 */
@NullMarked
package dev.virtualcluster.operator.identity;

import org.jspecify.annotations.NullMarked;
