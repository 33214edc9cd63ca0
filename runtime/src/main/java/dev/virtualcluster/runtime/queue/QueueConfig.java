// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

import java.time.Duration;

/**
 * The limits of a {@link FairQueue}.
 *
 * @param inFlightPerTenant how many keys of one tenant may be processed at once
 * @param backoffBase the delay before the first retry of a key; doubled by every further failure
 * @param backoffMax the longest delay before a retry
 * @param jitter the share of a back-off that is random, 0 to 1, so that what failed together does not return together
 * @param retriesPerSecond how many retries per second one tenant may cause in the long run
 * @param retryBurst how many retries one tenant may cause at once
 */
public record QueueConfig(
        int inFlightPerTenant,
        Duration backoffBase,
        Duration backoffMax,
        double jitter,
        double retriesPerSecond,
        int retryBurst) {

    /** Checks the ranges. */
    public QueueConfig {
        check(inFlightPerTenant >= 1, "inFlightPerTenant must be at least 1");
        check(backoffBase.isPositive(), "backoffBase must be positive");
        check(backoffMax.compareTo(backoffBase) >= 0, "backoffMax must not be less than backoffBase");
        check(jitter >= 0 && jitter <= 1, "jitter must be between 0 and 1");
        check(retriesPerSecond > 0, "retriesPerSecond must be positive");
        check(retryBurst >= 1, "retryBurst must be at least 1");
    }

    /** 8 keys in flight; 100 ms to 5 min; a fifth random; 20 retries a second, 100 at once. */
    public static QueueConfig defaults() {
        return new QueueConfig(8, Duration.ofMillis(100), Duration.ofMinutes(5), 0.2, 20, 100);
    }

    /** The same with another in-flight budget. */
    public QueueConfig withInFlightPerTenant(int value) {
        return new QueueConfig(value, backoffBase, backoffMax, jitter, retriesPerSecond, retryBurst);
    }

    /** The same with another back-off. */
    public QueueConfig withBackoff(Duration base, Duration max) {
        return new QueueConfig(inFlightPerTenant, base, max, jitter, retriesPerSecond, retryBurst);
    }

    /** The same with another random share. */
    public QueueConfig withJitter(double value) {
        return new QueueConfig(inFlightPerTenant, backoffBase, backoffMax, value, retriesPerSecond, retryBurst);
    }

    /** The same with another retry budget. */
    public QueueConfig withRetryBudget(double perSecond, int burst) {
        return new QueueConfig(inFlightPerTenant, backoffBase, backoffMax, jitter, perSecond, burst);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
