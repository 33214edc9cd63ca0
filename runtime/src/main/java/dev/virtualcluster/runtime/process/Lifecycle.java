// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process has opened, in order, to be closed in reverse; and the word that ends it. Safe for use by any thread.
 */
public final class Lifecycle implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private boolean closed;

    /** Nothing is open yet; whoever makes one closes it. */
    public Lifecycle() {}

    /** Takes over a thing that was opened just now; closes it at once if the process is ending already. */
    public synchronized <T extends AutoCloseable> T own(T thing) {
        if (closed) {
            closeOne(thing);
            throw new IllegalStateException("the process is ending");
        }
        opened.push(thing);
        return thing;
    }

    /** Ends the process with success. */
    public void stop() {
        ended.complete(null);
    }

    /** Ends the process with failure, for what it cannot work without, such as leadership. */
    public void fail(Throwable cause) {
        ended.completeExceptionally(cause);
    }

    void awaitEnd() throws InterruptedException, ExecutionException {
        ended.get();
    }

    /** Closes everything in reverse order; one that fails does not keep the others open. */
    @Override
    public void close() {
        while (true) {
            AutoCloseable next;
            synchronized (this) {
                closed = true;
                if (opened.isEmpty()) {
                    return;
                }
                next = opened.pop();
            }
            closeOne(next);
        }
    }

    private static void closeOne(AutoCloseable thing) {
        try {
            thing.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.atWarn()
                    .addKeyValue("thing", thing.getClass().getSimpleName())
                    .setCause(e)
                    .log("failed to close; the stop goes on");
        }
    }
}
