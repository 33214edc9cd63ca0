// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for event-loop work from a virtual thread. */
final class Await {
    private Await() {}

    /**
     * The future's value.
     *
     * @throws TimeoutException when it takes longer than {@code limit}
     * @throws RuntimeException the failure itself when it is unchecked, else wrapped in {@link IllegalStateException}
     */
    static <T> T within(Duration limit, Future<T> future) throws TimeoutException, InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
