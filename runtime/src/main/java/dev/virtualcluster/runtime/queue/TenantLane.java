// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The work of one tenant; exists only while there is some. Guarded by the queue's lock. */
final class TenantLane<K> {
    final String tenant;
    final Map<K, Entry<K>> entries = new HashMap<>();
    final ArrayDeque<Entry<K>> ready = new ArrayDeque<>();
    int inFlight;
    boolean inRing;
    /** How many keys it may still hand out in this round. */
    int credit;
    /** When the retry budget is whole again; the distance from now says how much of it is spent. */
    long retriesPaidUntil;

    boolean retried;

    TenantLane(String tenant) {
        this.tenant = tenant;
    }

    boolean isIdle() {
        return entries.isEmpty() && inFlight == 0;
    }

    @Nullable
    Entry<K> oldestReady() {
        return ready.peekFirst();
    }

    /**
     * Takes one retry from the budget.
     *
     * @return how long the retry must wait for the budget, in nanoseconds
     */
    long payRetry(long now, double perSecond, int burst) {
        long price = (long) (1e9 / perSecond);
        if (!retried || retriesPaidUntil - now < 0) {
            retried = true;
            retriesPaidUntil = now;
        }
        long wait = retriesPaidUntil - now - price * (burst - 1L);
        retriesPaidUntil += price;
        return Math.max(0, wait);
    }
}
