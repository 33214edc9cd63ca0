// SPDX-License-Identifier: Apache-2.0
/**
 * Leadership by a coordination Lease. At most one holder acts; losing the lease ends what was started.
 */
@NullMarked
package dev.virtualcluster.runtime.leader;

import org.jspecify.annotations.NullMarked;
