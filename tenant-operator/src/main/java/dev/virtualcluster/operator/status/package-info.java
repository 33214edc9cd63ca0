// SPDX-License-Identifier: Apache-2.0
/**
 * What a VirtualCluster's status says: conditions, the phase derived from them, and events. One class writes the status
 * and one the events; both write only what changed.
 */
@NullMarked
package dev.virtualcluster.operator.status;

import org.jspecify.annotations.NullMarked;
