// SPDX-License-Identifier: Apache-2.0
/**
 * Virtual nodes: every node of the super cluster appears in every tenant under its own name, as it is. Tenants cannot
 * change what is true of a node; what they add to it themselves stays.
 */
@NullMarked
package dev.virtualcluster.syncer.nodes;

import org.jspecify.annotations.NullMarked;
