// SPDX-License-Identifier: Apache-2.0
/** The periodic comparison of both worlds from the caches. It repairs through the queues and only counts by itself. */
@NullMarked
package dev.virtualcluster.syncer.patrol;

import org.jspecify.annotations.NullMarked;
