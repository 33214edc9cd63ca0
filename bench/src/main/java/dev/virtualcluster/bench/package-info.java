// SPDX-License-Identifier: Apache-2.0
/**
 * Figures, measured and never asserted: what a tenant adds to the same work done directly, side by side in one run.
 * Results are printed as tables and kept as text in {@code bench/results}.
 */
@NullMarked
package dev.virtualcluster.bench;

import org.jspecify.annotations.NullMarked;
