// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.config;

import dev.virtualcluster.apis.Keys;
import java.time.Duration;

/**
 * The syncer's options.
 *
 * @param downWorkers virtual threads that work on the downward queue; few, because objects that are on their way are to
 *     arrive before more set out: all that are sent at once wait for each other in the super cluster
 * @param upWorkers virtual threads that work on the upward queue
 * @param tenantBudget keys of one tenant in work at once, per queue, where that is no more than a quarter of its workers
 * @param patrolInterval time between the ends and starts of patrols
 * @param refusalRetry time after which a refused object is tried again
 * @param agentPort port of the node agents, named by virtual nodes
 * @param healthPort port of health and metrics
 * @param isLeaderElected whether work waits for the Lease
 */
public record SyncerConfig(
        int downWorkers,
        int upWorkers,
        int tenantBudget,
        Duration patrolInterval,
        Duration refusalRetry,
        int agentPort,
        int healthPort,
        boolean isLeaderElected) {
    public SyncerConfig {
        if (downWorkers < 1 || upWorkers < 1 || tenantBudget < 1) {
            throw new IllegalArgumentException("workers and the tenant budget must be at least 1");
        }
    }

    /** Keys of one tenant in work at once where there are so many workers: three slow tenants leave some to the others. */
    public int tenantBudget(int workers) {
        return Math.min(tenantBudget, Math.max(1, workers / 4));
    }

    /** For tests: the flags' defaults, but refused objects come back soon, no Lease, and any free port for health. */
    public static SyncerConfig forTests() {
        return new SyncerConfig(16, 64, 16, Duration.ofMinutes(1), Duration.ofSeconds(2), Keys.AGENT_PORT, 0, false);
    }
}
