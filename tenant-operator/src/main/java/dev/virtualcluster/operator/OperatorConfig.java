// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import dev.virtualcluster.operator.address.AddressPool;

/**
 * The operator's options.
 *
 * @param namespace the operator's own namespace: its Lease and the authorities of the node agents
 * @param identity its name among the candidates for leadership
 * @param pool where tenants' service addresses come from
 * @param superDomain DNS domain of the super cluster
 * @param workers virtual threads that work on VirtualClusters
 * @param healthPort port of health and metrics; 0 for any free one
 * @param isLeaderElected whether work waits for the Lease
 */
record OperatorConfig(
        String namespace,
        String identity,
        AddressPool pool,
        String superDomain,
        int workers,
        int healthPort,
        boolean isLeaderElected) {
    OperatorConfig {
        if (workers < 1) {
            throw new IllegalArgumentException("--workers must be at least 1");
        }
    }
}
