// SPDX-License-Identifier: Apache-2.0
/**
 * Meters under one naming rule. All are created at zero, so that a dashboard sees them before the first event.
 */
@NullMarked
package dev.virtualcluster.runtime.metrics;

import org.jspecify.annotations.NullMarked;
