// SPDX-License-Identifier: Apache-2.0
/**
 * Takes a tenant apart in an order in which nothing is left behind, resumable at every point.
 * The API server is asked, not a cache, before anything is called gone.
 */
@NullMarked
package dev.virtualcluster.operator.teardown;

import org.jspecify.annotations.NullMarked;
