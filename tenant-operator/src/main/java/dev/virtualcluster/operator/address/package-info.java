// SPDX-License-Identifier: Apache-2.0
/**
 * Slices of service addresses: the arithmetic of ranges, and how a tenant comes to hold one in the super cluster.
 * The API server arbitrates between competing tenants; nothing here is kept only in memory.
 */
@NullMarked
package dev.virtualcluster.operator.address;

import org.jspecify.annotations.NullMarked;
