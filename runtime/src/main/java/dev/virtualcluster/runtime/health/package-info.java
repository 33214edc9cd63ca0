// SPDX-License-Identifier: Apache-2.0
/**
 * The plain HTTP endpoints for probes and metrics. Checks are registered by name and read on every request.
 */
@NullMarked
package dev.virtualcluster.runtime.health;

import org.jspecify.annotations.NullMarked;
