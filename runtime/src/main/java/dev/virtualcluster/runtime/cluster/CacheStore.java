// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a cache keeps, apart from who feeds it, so that the feeder can be replaced while the content and its listeners
 * stay. Reads take no lock; a write and its notification are one step. The map is sorted, which makes a namespace a
 * range and spares an index.
 */
final class CacheStore<T extends HasMetadata> {
    private static final Logger LOG = LoggerFactory.getLogger(CacheStore.class);
    /** Sorts behind every name of the same namespace: names have no such character. */
    private static final String AFTER_NAMES = "\uffff";

    private final ConcurrentSkipListMap<ObjectKey, T> objects = new ConcurrentSkipListMap<>();
    private final ReentrantLock writes = new ReentrantLock();
    private final List<ChangeListener<T>> listeners = new ArrayList<>();
    private final UnaryOperator<T> trim;

    CacheStore(UnaryOperator<T> trim) {
        this.trim = trim;
    }

    @Nullable
    T get(ObjectKey key) {
        return objects.get(key);
    }

    Collection<T> list() {
        return List.copyOf(objects.values());
    }

    Collection<T> list(String namespace) {
        return List.copyOf(objects.subMap(new ObjectKey(namespace, ""), new ObjectKey(namespace, AFTER_NAMES))
                .values());
    }

    int size() {
        return objects.size();
    }

    Stream<ObjectKey> keys() {
        return objects.keySet().stream();
    }

    Stream<T> values() {
        return objects.values().stream();
    }

    /** Keeps the trimmed object and tells the listeners, unless it is the version already kept. */
    @Nullable
    T put(T object) {
        ObjectKey key = ObjectKey.of(object);
        writes.lock();
        try {
            @Nullable T before = objects.get(key);
            if (before != null && sameVersion(before, object)) {
                return before;
            }
            T after = trimmed(key, object);
            objects.put(key, after);
            listeners.forEach(listener -> tell(listener, key, before, after));
            return before;
        } finally {
            writes.unlock();
        }
    }

    @Nullable
    T remove(ObjectKey key) {
        writes.lock();
        try {
            @Nullable T before = objects.remove(key);
            if (before != null) {
                listeners.forEach(listener -> tell(listener, key, before, null));
            }
            return before;
        } finally {
            writes.unlock();
        }
    }

    void addListener(ChangeListener<T> listener) {
        writes.lock();
        try {
            listeners.add(listener);
            objects.forEach((key, object) -> tell(listener, key, null, object));
        } finally {
            writes.unlock();
        }
    }

    private T trimmed(ObjectKey key, T object) {
        try {
            return trim.apply(object);
        } catch (RuntimeException | StackOverflowError e) {
            // Thrown on, it would end the watch, again at every new list.
            LOG.atError()
                    .addKeyValue(LogKeys.KEY, key)
                    .setCause(e)
                    .log("trimming failed; the object is kept as it came");
            return object;
        }
    }

    private void tell(ChangeListener<T> listener, ObjectKey key, @Nullable T before, @Nullable T after) {
        try {
            listener.changed(key, before, after);
        } catch (RuntimeException | StackOverflowError e) {
            // Thrown on, it would end the watch for everybody who listens.
            LOG.atError().setCause(e).log("a change listener threw; the change is lost to it until the next patrol");
        }
    }

    private static boolean sameVersion(HasMetadata a, HasMetadata b) {
        @Nullable String version = a.getMetadata().getResourceVersion();
        return version != null
                && version.equals(b.getMetadata().getResourceVersion())
                && Objects.equals(a.getMetadata().getUid(), b.getMetadata().getUid());
    }
}
