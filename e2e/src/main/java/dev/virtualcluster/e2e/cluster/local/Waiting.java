// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for something outside this process, looked at often because the one who waits is a person. */
final class Waiting {
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private Waiting() {}

    /** Returns as soon as the condition holds; fails with the given sentence when it does not in time. */
    static void until(Duration limit, BooleanSupplier condition, Supplier<String> otherwise) {
        if (!within(limit, condition)) {
            throw new ClusterException(otherwise.get());
        }
    }

    static boolean within(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new ClusterException("Interrupted while waiting for the cluster.");
            }
        }
        return true;
    }
}
