// SPDX-License-Identifier: Apache-2.0
/**
 * From a tenant's pod to the pod that runs in the super cluster. A list of small steps, each about one concern, none of
 * which does any I/O.
 */
@NullMarked
package dev.virtualcluster.syncer.pods.conversion;

import org.jspecify.annotations.NullMarked;
