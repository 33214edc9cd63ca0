// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What we wrote and the watch has not delivered yet. Bounded by the writes in flight: an entry goes when the watch delivers
 * that version or a newer one, when the object is deleted, or when it is old, which covers echoes that came before the
 * write's own answer. The end of an object may come before that answer too; so it is known for a while which version was
 * the last. Safe for use by any thread.
 */
final class OwnWrites<T extends HasMetadata> {
    /** A watch that lags by more than this is looked after by the staleness check, not by us. */
    private static final long LIFETIME_NANOS = Duration.ofSeconds(10).toNanos();

    private record Written<T>(T object, long version, long nanoTime) {}

    /** Ends in that time of a busy cluster; beyond, the oldest are forgotten, and a ghost is gone with its lifetime. */
    static final int MAX_ENDS = 10_000;

    private record End(long version, long nanoTime) {}

    private final ConcurrentHashMap<ObjectKey, Written<T>> pending = new ConcurrentHashMap<>();
    /** Oldest first; guarded by itself. */
    private final Map<ObjectKey, End> ends = new LinkedHashMap<>();

    private final Function<ObjectKey, @Nullable T> cache;
    private final LongSupplier nanoTime;

    OwnWrites(Function<ObjectKey, @Nullable T> cache, LongSupplier nanoTime) {
        this.cache = cache;
        this.nanoTime = nanoTime;
    }

    void put(T written) {
        ObjectKey key = ObjectKey.of(written);
        long version = Versions.of(written);
        if (version > Versions.of(cache.apply(key))) {
            Written<T> entry = new Written<>(written, version, nanoTime.getAsLong());
            pending.put(key, entry);
            // Asked after, as the end is noted before: whoever comes second takes the entry away.
            if (isOver(key, version)) {
                pending.remove(key, entry);
            }
        }
    }

    /** The newest of cache and own writes. */
    @Nullable
    T newest(ObjectKey key) {
        T cached = cache.apply(key);
        Written<T> written = pending.get(key);
        if (written == null) {
            return cached;
        }
        if (written.version <= Versions.of(cached) || nanoTime.getAsLong() - written.nanoTime > LIFETIME_NANOS) {
            pending.remove(key, written);
            return cached;
        }
        return written.object;
    }

    void forget(ObjectKey key) {
        pending.remove(key);
    }

    /**
     * Takes notice of a watch event.
     *
     * @param before what the cache held until now
     * @return whether it is the echo of the newest own write, so that nobody has to act on it
     */
    boolean seen(ObjectKey key, @Nullable T before, @Nullable T after) {
        if (after == null) {
            ended(key, Versions.of(before));
        }
        Written<T> written = pending.get(key);
        if (written == null) {
            return false;
        }
        long version = Versions.of(after);
        if (after == null || version >= written.version) {
            pending.remove(key, written);
        }
        // Older versions than the newest own write were read by whoever made that write.
        return after != null && version <= written.version;
    }

    private void ended(ObjectKey key, long version) {
        long now = nanoTime.getAsLong();
        synchronized (ends) {
            ends.remove(key);
            ends.put(key, new End(version, now));
            var oldest = ends.values().iterator();
            while (oldest.hasNext() && (now - oldest.next().nanoTime > LIFETIME_NANOS || ends.size() > MAX_ENDS)) {
                oldest.remove();
            }
        }
    }

    private boolean isOver(ObjectKey key, long version) {
        synchronized (ends) {
            End end = ends.get(key);
            return end != null && version <= end.version && nanoTime.getAsLong() - end.nanoTime <= LIFETIME_NANOS;
        }
    }

    int size() {
        return pending.size();
    }

    int ends() {
        synchronized (ends) {
            return ends.size();
        }
    }
}
