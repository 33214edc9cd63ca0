// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.runtime.cluster.Causes;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.Excerpt;
import dev.virtualcluster.runtime.reconcile.ErrorCategory;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says when looks that fail one after the other are to be told in the VirtualCluster, and in which words. The log has
 * each of them; this is for whoever sees the VirtualCluster alone. Kept in memory only: a new process counts anew. Safe
 * for any thread; one key is used by one thread at a time.
 */
final class Failures {
    /** A restarting API server is back by then. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int FEW = 3;

    /** The words may differ from one try to the next, and every status that is written brings up the next try. */
    private static final Duration SAME_WORDS = Duration.ofMinutes(1);

    private final LongSupplier nanoTicker;
    private final Map<ObjectKey, Series> failing = new ConcurrentHashMap<>();

    private record Series(long begin, int count, @Nullable Outcome told, long toldAt) {
        boolean says(Outcome outcome, long now) {
            return told != null
                    && told.getClass().equals(outcome.getClass())
                    && told.reason().equals(outcome.reason())
                    && now - toldAt < SAME_WORDS.toNanos();
        }
    }

    Failures(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    /** A look came to its end. */
    void ended(ObjectKey key) {
        failing.remove(key);
    }

    /**
     * A look failed: what is to be told, if anything yet. A defect of ours and what lasts needs a person; of what may be
     * over in a moment only a VirtualCluster that has no status at all tells.
     */
    Optional<Outcome> failed(ObjectKey key, RuntimeException failure, boolean hasStatus) {
        if (isEnd(failure)) {
            return Optional.empty();
        }
        long now = nanoTicker.getAsLong();
        var before = failing.getOrDefault(key, new Series(now, 0, null, now));
        int count = before.count + 1;
        boolean lasts = count >= FEW && now - before.begin >= PATIENCE.toNanos();
        var outcome = outcome(failure, lasts, hasStatus);
        if (outcome.isEmpty() || before.says(outcome.get(), now)) {
            failing.put(key, new Series(before.begin, count, before.told, before.toldAt));
            return outcome.isEmpty() ? outcome : Optional.ofNullable(before.told);
        }
        failing.put(key, new Series(before.begin, count, outcome.get(), now));
        return outcome;
    }

    private static Optional<Outcome> outcome(RuntimeException failure, boolean lasts, boolean hasStatus) {
        if (ErrorCategory.of(failure) == ErrorCategory.INTERNAL) {
            return Optional.of(defect());
        }
        if (lasts) {
            return Optional.of(lasting(failure));
        }
        return hasStatus ? Optional.empty() : Optional.of(starting(failure));
    }

    /** The process stops, and the client says so in its own way. */
    private static boolean isEnd(RuntimeException failure) {
        return Thread.currentThread().isInterrupted()
                || Causes.of(failure).anyMatch(InterruptedException.class::isInstance);
    }

    private static Outcome defect() {
        return Outcome.blocked(
                "InternalError",
                "The operator fails at this virtual cluster, by a defect of its own, and goes on trying. What runs goes on;"
                        + " nothing is changed or repaired meanwhile. Its log says at what: report that");
    }

    private static Outcome lasting(RuntimeException failure) {
        return Outcome.blocked(
                "Failing",
                "The operator cannot come to an end with this virtual cluster, and goes on trying: " + words(failure)
                        + ". Look at what the super cluster's API server depends on, such as webhooks");
    }

    private static Outcome starting(RuntimeException failure) {
        return Outcome.waiting("Failing", "Not begun yet, and tried again: " + words(failure));
    }

    /** The API server's own where it has answered; what a client says is for its programmers. */
    private static String words(RuntimeException failure) {
        return Causes.of(failure)
                .filter(KubernetesClientException.class::isInstance)
                .map(KubernetesClientException.class::cast)
                .filter(e -> e.getStatus() != null && e.getStatus().getMessage() != null)
                .map(e -> Excerpt.of(e.getStatus().getMessage()))
                .findFirst()
                .orElse("the super cluster's API server does not answer, or not as it should");
    }
}
