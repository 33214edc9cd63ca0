// SPDX-License-Identifier: Apache-2.0
/**
 * The one mapping between names in a tenant and names in the super cluster, used by operator, syncer and agent.
 * Mapping goes one way only: the way back is read from recorded annotations, never from a name.
 */
@NullMarked
package dev.virtualcluster.apis.names;

import org.jspecify.annotations.NullMarked;
