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
 * What was written to tenants' pods a moment ago and may not have come through their watches yet, by tenant and UID: two
 * tenants restored from one backup have pods of the same UIDs. An entry that nobody takes away is forgotten after
 * {@link #PATIENCE}, so there are as many as pods on their way. Safe for use by any thread.
 *
 * @param <V> what is remembered of a write
 */
final class RecentWrites<V> {
    /** A watch that lags by more is looked after by others; until then nobody repeats the write. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Key(String tenant, String uid) {}

    private record Written<V>(V what, long nanoTime) {}

    private final LongSupplier nanoTicker;
    private final Map<Key, Written<V>> byPod = new ConcurrentHashMap<>();
    private final AtomicLong swept;

    RecentWrites(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
        this.swept = new AtomicLong(nanoTicker.getAsLong());
    }

    @Nullable
    V get(String tenantKey, Pod source) {
        Written<V> written = byPod.get(key(tenantKey, source));
        return written == null || isOld(written, nanoTicker.getAsLong()) ? null : written.what;
    }

    void put(String tenantKey, Pod source, V what) {
        long now = nanoTicker.getAsLong();
        forgetOld(now);
        byPod.put(key(tenantKey, source), new Written<>(what, now));
    }

    /** Puts what is not there; false when it is. */
    boolean putIfAbsent(String tenantKey, Pod source, V what) {
        long now = nanoTicker.getAsLong();
        forgetOld(now);
        boolean[] isMine = new boolean[1];
        byPod.compute(key(tenantKey, source), (key, known) -> {
            isMine[0] = known == null || isOld(known, now);
            return isMine[0] ? new Written<>(what, now) : known;
        });
        return isMine[0];
    }

    void remove(String tenantKey, Pod source) {
        byPod.remove(key(tenantKey, source));
    }

    int size() {
        return byPod.size();
    }

    /** Looks at all of them at most once per patience, not for every pod. */
    private void forgetOld(long now) {
        long last = swept.get();
        if (now - last > PATIENCE.toNanos() && swept.compareAndSet(last, now)) {
            byPod.values().removeIf(written -> isOld(written, now));
        }
    }

    private static boolean isOld(Written<?> written, long now) {
        return now - written.nanoTime > PATIENCE.toNanos();
    }

    private static Key key(String tenantKey, Pod source) {
        return new Key(tenantKey, source.getMetadata().getUid());
    }
}
