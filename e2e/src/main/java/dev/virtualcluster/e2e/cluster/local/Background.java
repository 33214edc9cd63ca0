// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Work that goes on beside the caller's, on virtual threads. Closing ends what still runs: it is called when the caller
 * is done or has failed, and nobody waits for results then.
 */
final class Background implements AutoCloseable {
    /** Something to do that may fail. */
    interface Work {
        void run() throws Exception;
    }

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> running = new ArrayList<>();

    ExecutorService executor() {
        return executor;
    }

    void start(Work work) {
        running.add(executor.submit(() -> {
            work.run();
            return null;
        }));
    }

    /** Waits for all that was started; fails as the first of it that failed. */
    void join() {
        for (Future<?> future : running) {
            runHere(future::get);
        }
        running.clear();
    }

    /** Runs work on the caller's thread; failures come out as they were or in a sentence. */
    static void runHere(Work work) {
        try {
            work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while working on the cluster.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new ClusterException("Working on the cluster failed: " + e.getCause(), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ClusterException("Working on the cluster failed: " + e, e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        executor.close();
    }
}
