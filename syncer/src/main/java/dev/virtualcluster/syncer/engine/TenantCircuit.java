// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps workers away from a tenant whose API server does not answer, so that waiting for it costs nobody else a worker.
 *
 * <pre>
 *   closed --3 requests in a row without answer--> open --pause over--> one worker probes --no answer--> open, longer
 *      ^                                                                      |
 *      +------------------------------- an answer ----------------------------+
 * </pre>
 *
 * Safe for use by any thread; never blocks.
 */
final class TenantCircuit {
    private static final int TOLERATED = 3;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(15);
    /** More than a request may take: a server that never answers costs one worker, not one more with each pause. */
    private static final Duration PROBE = Duration.ofSeconds(35);

    /** Failures further apart than this have nothing to do with one another. */
    private static final Duration MEMORY = Duration.ofSeconds(60);

    /**
     * What a worker with a key of this tenant may do.
     *
     * @param pause put the key back for so long; zero to go on
     * @param isProbe ask the server for a sign of life first
     */
    record Verdict(Duration pause, boolean isProbe) {
        private static final Verdict PASS = new Verdict(Duration.ZERO, false);
        private static final Verdict PROBE = new Verdict(Duration.ZERO, true);
    }

    private final LongSupplier nanoTime;
    /** Written under the lock; read without it by those who only want to know that nothing is wrong. */
    private volatile int failures;

    private long lastFailure;
    private long openUntil;
    private boolean isOpen;

    TenantCircuit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized Verdict ask() {
        if (!isOpen) {
            return Verdict.PASS;
        }
        long now = nanoTime.getAsLong();
        long left = openUntil - now;
        if (left > 0) {
            return new Verdict(Duration.ofNanos(left), false);
        }
        // The others wait for what this one meets.
        openUntil = now + PROBE.toNanos();
        return Verdict.PROBE;
    }

    /** The tenant's API server gave no answer. */
    synchronized void failed() {
        long now = nanoTime.getAsLong();
        failures = now - lastFailure > MEMORY.toNanos() ? 1 : failures + 1;
        lastFailure = now;
        if (failures >= TOLERATED) {
            isOpen = true;
            long factor = 1L << Math.min(failures - TOLERATED, 4);
            openUntil = now + Math.min(SHORTEST.toNanos() * factor, LONGEST.toNanos());
        }
    }

    /** The tenant's API server answered: failures before that mean nothing any more. Costs nothing when there were none. */
    void answered() {
        if (failures != 0) {
            forget();
        }
    }

    private synchronized void forget() {
        isOpen = false;
        failures = 0;
    }
}
