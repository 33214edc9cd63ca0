// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.apply;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs independent requests at once. Every task has ended when a call returns, so no write outlives the reconcile that
 * sent it; those that were given a time have ended or are interrupted.
 */
public final class Parallel {
    private final Executor executor;

    /** Runs every task on a thread of {@code executor}, which must start as many as it is given. */
    public Parallel(Executor executor) {
        this.executor = executor;
    }

    /** Runs all tasks, at most {@code limit} at once, and throws the first failure after all have ended. */
    public void run(int limit, List<? extends Runnable> tasks) throws InterruptedException {
        var permits = new Semaphore(limit);
        var futures = new ArrayList<FutureTask<Void>>(tasks.size());
        for (Runnable task : tasks) {
            var future = new FutureTask<Void>(() -> {
                permits.acquire();
                try {
                    task.run();
                } finally {
                    permits.release();
                }
                return null;
            });
            futures.add(future);
            executor.execute(future);
        }
        await(futures);
    }

    /**
     * The same with somebody who may never answer, or never come to an end: what has not ended after {@code patience} is
     * interrupted and left alone.
     */
    public void run(int limit, List<? extends Runnable> tasks, Duration patience)
            throws InterruptedException, TimeoutException {
        var all = new FutureTask<Void>(() -> {
            run(limit, tasks);
            return null;
        });
        executor.execute(all);
        try {
            all.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            rethrow(e.getCause());
        } finally {
            all.cancel(true);
        }
    }

    private static void await(List<FutureTask<Void>> futures) throws InterruptedException {
        Throwable failure = null;
        try {
            for (var future : futures) {
                try {
                    future.get();
                } catch (ExecutionException e) {
                    failure = failure == null ? e.getCause() : failure;
                }
            }
        } catch (InterruptedException e) {
            futures.forEach(future -> future.cancel(true));
            throw e;
        }
        rethrow(failure);
    }

    private static void rethrow(@Nullable Throwable failure) {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("a parallel request failed", e);
        }
    }
}
