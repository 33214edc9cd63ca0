// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Answers that somebody waits for. Who waits does so without a limit, and the platform's watchdog ends what is overdue: a
 * virtual thread that waits with a limit of its own wakes the JDK's thread for delays when it begins and when it ends,
 * for every request, and the limit is hardly ever reached. Safe for use by any thread.
 */
final class PendingAnswers implements AutoCloseable {
    private final LongSupplier nanoTicker;
    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private static final class Pending {
        private final CompletableFuture<?> answer;
        private final long due;
        private final Duration patience;

        Pending(CompletableFuture<?> answer, long due, Duration patience) {
            this.answer = answer;
            this.due = due;
            this.patience = patience;
        }
    }

    PendingAnswers(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    /**
     * Waits for the answer.
     *
     * @param patience after which the watchdog's next look ends the wait; without one when it is not positive
     * @throws ExecutionException when there is none, with a {@link TimeoutException} as its cause when it is overdue
     */
    <T> T await(CompletableFuture<T> answer, Duration patience) throws InterruptedException, ExecutionException {
        Pending waiting = new Pending(answer, nanoTicker.getAsLong() + patience.toNanos(), patience);
        pending.add(waiting);
        if (closed) {
            end(waiting);
        }
        try {
            return answer.get();
        } finally {
            pending.remove(waiting);
        }
    }

    /** Called every few seconds. */
    void endOverdue() {
        long now = nanoTicker.getAsLong();
        for (Pending waiting : pending) {
            if (waiting.patience.isPositive() && now - waiting.due >= 0) {
                waiting.answer.completeExceptionally(
                        new TimeoutException("no answer within " + waiting.patience.toSeconds() + " seconds"));
            }
        }
    }

    /** Ends all waits, and each that begins later: nobody looks after them any more. */
    @Override
    public void close() {
        closed = true;
        pending.forEach(PendingAnswers::end);
    }

    private static void end(Pending waiting) {
        waiting.answer.completeExceptionally(new CancellationException("the process ends"));
    }

    /** How many are waited for. */
    int count() {
        return pending.size();
    }
}
