// SPDX-License-Identifier: Apache-2.0
/**
 * Connections to API servers and the caches fed by their watches. One {@link dev.virtualcluster.runtime.cluster.ClientPlatform} per process carries as many connections as there are clusters.
 */
@NullMarked
package dev.virtualcluster.runtime.cluster;

import org.jspecify.annotations.NullMarked;
