// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import java.time.Duration;

/**
 * What one connection, one tenant and all together may use.
 *
 * @param headBytes longest request or response head
 * @param headTimeout how long a client may take for its handshake and its head
 * @param kubeletTimeout how long the kubelet may take to answer an upgrade
 * @param idleTimeout how long a stream may move no byte; a quiet {@code logs -f} is cut then, too
 * @param streamsPerTenant calls of one tenant at a time; fewer while few of {@code connections} are free
 * @param callsPerSecond calls of one tenant, on average; twice as many may come at once
 * @param upgradesPerSecond those of them that ask for a stream into a pod, or for a pod that is not known, on average; five times
 *     as many may come at once
 * @param connections connections at a time, whether known or not
 * @param newcomersPerAddress connections of one address that have not yet shown a certificate and a head
 */
public record Limits(
        int headBytes,
        Duration headTimeout,
        Duration kubeletTimeout,
        Duration idleTimeout,
        int streamsPerTenant,
        int callsPerSecond,
        int upgradesPerSecond,
        int connections,
        int newcomersPerAddress) {
    /** What the agent uses unless told otherwise. The idle time is the kubelet's own. */
    public static final Limits DEFAULT = new Limits(
            65_536, Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofHours(4), 256, 100, 10, 2048, 256);

    public Limits {
        if (headBytes < 1024
                || streamsPerTenant < 1
                || callsPerSecond < 1
                || upgradesPerSecond < 1
                || connections < 1
                || newcomersPerAddress < 1) {
            throw new IllegalArgumentException("limits must leave room for one call");
        }
        if (!headTimeout.isPositive() || !kubeletTimeout.isPositive() || !idleTimeout.isPositive()) {
            throw new IllegalArgumentException("timeouts must be positive");
        }
    }
}
