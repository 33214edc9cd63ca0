// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

import java.time.Duration;

/**
 * A key handed out for processing; nobody else gets it until this lease is settled. Exactly one of
 * {@link #complete()}, {@link #retry()} and {@link #again(Duration)} takes effect, further calls do nothing. Safe for
 * use by any thread.
 *
 * @param <K> what names a piece of work
 */
public interface Lease<K> {
    /** Whose work it is. */
    String tenant();

    /** What to work on. */
    K key();

    /** 1 on the first attempt since the key last succeeded. */
    int attempt();

    /** It succeeded: the back-off is reset, and the key returns only if it was added meanwhile. */
    void complete();

    /** It failed: the key returns after its back-off, or at once if it was added meanwhile. */
    void retry();

    /** It succeeded and wants to return after {@code delay}, or at once if it was added meanwhile. */
    void again(Duration delay);
}
