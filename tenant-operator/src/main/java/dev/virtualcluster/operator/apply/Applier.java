// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.apply;

import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Applies an object unless it is known to be as wanted: the same object was applied before and, its status aside, what
 * the watch shows is what came back then. Any other change, by whomever, is answered by one apply, whose result is the
 * new measure. So drift is repaired, and an idle object is never written.
 *
 * <p>Nothing here must survive a restart: a new process applies every object once, which changes nothing. Safe for any
 * thread; one object is applied by one thread at a time.
 */
public final class Applier<T extends HasMetadata> {
    /** For so long an own write counts although the watch does not show it yet. */
    private static final Duration WATCH_LAG = Duration.ofSeconds(10);

    private final SuperWrites writes;
    private final ObjectCache<T> cache;
    private final KubernetesSerialization serialization;
    private final LongSupplier nanoTicker;
    private final Map<ObjectKey, Written<T>> written = new ConcurrentHashMap<>();

    private record Written<T>(String wanted, String result, T object, long at) {}

    /** Applies objects of the kind that {@code cache} holds. */
    public Applier(
            SuperWrites writes, ObjectCache<T> cache, KubernetesSerialization serialization, LongSupplier nanoTicker) {
        this.writes = writes;
        this.cache = cache;
        this.serialization = serialization;
        this.nanoTicker = nanoTicker;
        cache.onChange((key, before, after) -> {
            if (after == null) {
                written.remove(key);
            }
        });
    }

    /** Sees to it that the object is as wanted, and returns it as it is. */
    public T apply(T desired) {
        var key = ObjectKey.of(desired);
        String wanted = digest(serialization.asJson(desired));
        T current = unchanged(key, wanted);
        if (current != null) {
            return current;
        }
        T result = writes.apply(desired);
        written.put(key, new Written<>(wanted, content(result), result, nanoTicker.getAsLong()));
        return result;
    }

    /** Whether the object is there and something else is wanted of it than was accepted last. */
    public boolean isChange(T desired) {
        var key = ObjectKey.of(desired);
        var last = written.get(key);
        return current(key) != null && (last == null || !last.wanted.equals(digest(serialization.asJson(desired))));
    }

    /** Asks whether the API server would accept the object, and changes nothing; a refusal is the client's exception. */
    public void rehearse(T desired) {
        writes.rehearse(desired);
    }

    /** The newest known state: the watch's, or that of an own write which the watch does not show yet. */
    public @Nullable T current(ObjectKey key) {
        T cached = cache.get(key);
        var last = written.get(key);
        if (last == null || (cached != null && !isNewer(last.object, cached))) {
            return cached;
        }
        return cached != null || isFresh(last) ? last.object : null;
    }

    /** Forgets a namespace that is gone, and what was written in it. */
    public void forget(String namespace) {
        written.keySet()
                .removeIf(key -> key.namespace().equals(namespace) || key.equals(ObjectKey.clusterScoped(namespace)));
    }

    private @Nullable T unchanged(ObjectKey key, String wanted) {
        var last = written.get(key);
        if (last == null || !last.wanted.equals(wanted)) {
            return null;
        }
        T cached = cache.get(key);
        if (cached == null) {
            return isFresh(last) ? last.object : null;
        }
        if (isNewer(last.object, cached)) {
            return last.object;
        }
        return last.result.equals(content(cached)) ? cached : null;
    }

    private boolean isFresh(Written<T> last) {
        return nanoTicker.getAsLong() - last.at < WATCH_LAG.toNanos();
    }

    /** Resource versions of one kind are ordered numbers; anything else reads as not newer. */
    private boolean isNewer(T one, T other) {
        try {
            return Long.parseLong(one.getMetadata().getResourceVersion())
                    > Long.parseLong(other.getMetadata().getResourceVersion());
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Digest of everything but the status and what every write changes. */
    private String content(T object) {
        Map<?, ?> tree = serialization.convertValue(object, Map.class);
        tree.remove("status");
        if (tree.get("metadata") instanceof Map<?, ?> meta) {
            meta.remove("resourceVersion");
            meta.remove("generation");
            meta.remove("managedFields");
        }
        return digest(serialization.asJson(tree));
    }

    private static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
