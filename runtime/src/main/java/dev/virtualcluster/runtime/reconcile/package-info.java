// SPDX-License-Identifier: Apache-2.0
/**
 * Workers that take keys from a fair queue and bring the world in line with them. A reconciler returns what should happen next and never calls back into the engine.
 */
@NullMarked
package dev.virtualcluster.runtime.reconcile;

import org.jspecify.annotations.NullMarked;
