// SPDX-License-Identifier: Apache-2.0
/** The syncer alone: real API servers and a real scheduler, nodes without machines. */
@NullMarked
package dev.virtualcluster.bench.syncer;

import org.jspecify.annotations.NullMarked;
