// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.config;

import java.time.Duration;

/**
 * The syncer's options.
 *
 * @param downWorkers virtual threads that work on the downward queue
 * @param upWorkers virtual threads that work on the upward queue
 * @param tenantBudget keys of one tenant in work at once, per queue
 * @param patrolInterval time between the ends and starts of patrols
 * @param refusalRetry time after which a refused object is tried again
 * @param agentPort port of the node agents, named by virtual nodes
 */
public record SyncerConfig(
        int downWorkers,
        int upWorkers,
        int tenantBudget,
        Duration patrolInterval,
        Duration refusalRetry,
        int agentPort) {}
