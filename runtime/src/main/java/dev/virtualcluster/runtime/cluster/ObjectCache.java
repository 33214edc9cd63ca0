// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one kind in one cluster, kept current by a watch for as long as it is open: a server that is down, at
 * the start or later, is tried again for ever. Objects are shared and must not be changed. Safe for use by any thread;
 * nothing but {@link #awaitSynced} blocks.
 */
public interface ObjectCache<T> extends AutoCloseable {
    /** The object, or null where there is none. */
    @Nullable
    T get(ObjectKey key);

    /** A snapshot of all objects, ordered by key. */
    Collection<T> list();

    /** A snapshot of one namespace's objects, ordered by name; costs what it returns. */
    Collection<T> list(String namespace);

    /** How many objects there are. */
    int size();

    /** Whether the first list is complete. Stays true, also while the server is away: see {@link #isStale}. */
    boolean isSynced();

    /** Whether nothing, not even a bookmark, came from the server for {@code d}. A live watch is silent for a minute. */
    boolean isStale(Duration d);

    /** Why the last attempt to list or watch failed; empty while it works. */
    Optional<Throwable> lastFailure();

    /** Adds a listener and replays to it what is cached already, in one step: it misses nothing. */
    void onChange(ChangeListener<T> l);

    /** Waits for the first list. */
    void awaitSynced(Duration d) throws InterruptedException, TimeoutException;

    /** Ends the watch. What was cached stays readable. */
    @Override
    void close();
}
