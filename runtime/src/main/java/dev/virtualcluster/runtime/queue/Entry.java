// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

import java.util.Comparator;

/**
 * One key's place in the queue. Guarded by the queue's lock.
 *
 * <pre>
 *            add                take               complete
 *  (none) --------> READY -------------> RUNNING ----------> (none), or READY if dirty,
 *     \              ^                     |                  or DELAYED if a return is due
 *      \ addAfter    | due, or add         | retry, again
 *       `--------> DELAYED <---------------'
 * </pre>
 */
final class Entry<K> {
    enum State {
        READY,
        DELAYED,
        RUNNING
    }

    /** Orders what is due by time, then by age. Times are nano ticks, compared by difference. */
    static final Comparator<Entry<?>> BY_DUE = (a, b) -> {
        int byTime = Long.compare(a.due - b.due, 0);
        return byTime != 0 ? byTime : Long.compare(a.sequence, b.sequence);
    };

    final TenantLane<K> lane;
    final K key;
    final long sequence;
    State state = State.READY;
    /** When it became ready, or started to run. */
    long since;
    /** When a delayed entry becomes ready. */
    long due;

    int failures;
    /** Added while running. */
    boolean dirty;
    /** Wanted back at {@link #due} while running. */
    boolean wantedLater;
    /** Its tenant was removed while it ran: settle without a return. */
    boolean dropped;

    Entry(TenantLane<K> lane, K key, long sequence) {
        this.lane = lane;
        this.key = key;
        this.sequence = sequence;
    }
}
