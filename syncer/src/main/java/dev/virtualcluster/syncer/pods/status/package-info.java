// SPDX-License-Identifier: Apache-2.0
/**
 * From the status of a super pod to what the tenant sees of it. Pure rules: whose condition is whose, whose numbering a
 * generation has, and what a tenant must not see.
 */
@NullMarked
package dev.virtualcluster.syncer.pods.status;

import org.jspecify.annotations.NullMarked;
