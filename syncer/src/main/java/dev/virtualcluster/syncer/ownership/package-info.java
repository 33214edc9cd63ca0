// SPDX-License-Identifier: Apache-2.0
/** Proof that an object of the super cluster belongs to a tenant. Whatever lacks the proof is never written or deleted. */
@NullMarked
package dev.virtualcluster.syncer.ownership;

import org.jspecify.annotations.NullMarked;
