// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was written to tenants' pods a moment ago and may not have come through their watches yet, by UID. An entry that
 * nobody takes away is forgotten after {@link #PATIENCE}, so there are as many as pods on their way. Safe for use by any
 * thread.
 *
 * @param <V> what is remembered of a write
 */
final class RecentWrites<V> {
    /** A watch that lags by more is looked after by others; until then nobody repeats the write. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Written<V>(V what, long nanoTime) {}

    private final LongSupplier nanoTicker;
    private final Map<String, Written<V>> byUid = new ConcurrentHashMap<>();
    private final AtomicLong swept;

    RecentWrites(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
        this.swept = new AtomicLong(nanoTicker.getAsLong());
    }

    @Nullable
    V get(Pod source) {
        Written<V> written = byUid.get(uid(source));
        return written == null || isOld(written, nanoTicker.getAsLong()) ? null : written.what;
    }

    void put(Pod source, V what) {
        long now = nanoTicker.getAsLong();
        forgetOld(now);
        byUid.put(uid(source), new Written<>(what, now));
    }

    /** Puts what is not there; false when it is. */
    boolean putIfAbsent(Pod source, V what) {
        long now = nanoTicker.getAsLong();
        forgetOld(now);
        Written<V> mine = new Written<>(what, now);
        Written<V> kept = byUid.merge(uid(source), mine, (known, fresh) -> isOld(known, now) ? fresh : known);
        return kept.equals(mine);
    }

    void remove(Pod source) {
        byUid.remove(uid(source));
    }

    int size() {
        return byUid.size();
    }

    /** Looks at all of them at most once per patience, not for every pod. */
    private void forgetOld(long now) {
        long last = swept.get();
        if (now - last > PATIENCE.toNanos() && swept.compareAndSet(last, now)) {
            byUid.values().removeIf(written -> isOld(written, now));
        }
    }

    private static boolean isOld(Written<?> written, long now) {
        return now - written.nanoTime > PATIENCE.toNanos();
    }

    private static String uid(Pod source) {
        return source.getMetadata().getUid();
    }
}
