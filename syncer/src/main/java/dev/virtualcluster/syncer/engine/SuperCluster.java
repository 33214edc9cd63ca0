// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The super cluster as the syncer sees it: one cache per type for all tenants, selected by our label, and writes with
 * proof. Safe for use by any thread; the connection is owned by whoever made it.
 */
public final class SuperCluster {
    private final ClusterConnection connection;
    private final LongSupplier nanoTime;
    private final Map<Class<?>, SuperObjects<?>> objects = new ConcurrentHashMap<>();

    public SuperCluster(ClusterConnection connection, LongSupplier nanoTime) {
        this.connection = connection;
        this.nanoTime = nanoTime;
    }

    public KubernetesClient client() {
        return connection.client();
    }

    /** Starts the cache of a type. */
    public <T extends HasMetadata> SuperObjects<T> open(CacheSpec<T> spec) {
        ObjectCache<T> cache = connection.cache(spec);
        SuperObjects<T> opened = new SuperObjects<>(spec.kind(), client(), cache, spec.trim(), nanoTime);
        if (objects.putIfAbsent(spec.kind(), opened) != null) {
            throw new IllegalStateException("two kinds declare the super cluster's cache of "
                    + spec.kind().getSimpleName() + "; only one may");
        }
        return opened;
    }

    /** The objects of a type that some kind of the table declares. */
    public <T extends HasMetadata> SuperObjects<T> objects(Class<T> type) {
        SuperObjects<T> found = find(type);
        if (found == null) {
            throw new IllegalStateException(
                    "no kind declares a cache of " + type.getSimpleName() + " in the super cluster");
        }
        return found;
    }

    /** The objects of a type, or null when no kind declares it. */
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> @Nullable SuperObjects<T> find(Class<T> type) {
        return (SuperObjects<T>) objects.get(type);
    }

    Collection<SuperObjects<?>> all() {
        return objects.values();
    }

    /** Waits until every cache is filled. */
    public void awaitSynced(Duration each) throws InterruptedException, TimeoutException {
        for (SuperObjects<?> opened : objects.values()) {
            opened.cache().awaitSynced(each);
        }
    }

    public boolean isSynced() {
        return objects.values().stream().allMatch(opened -> opened.cache().isSynced());
    }
}
