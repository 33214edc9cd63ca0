// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The super cluster's objects of one type, read from the shared cache and written with proof: a write or delete of an
 * object that is not provably the given tenant's throws {@link ForeignObjectException} before anything is sent, and what
 * is sent carries UID or resourceVersion preconditions.
 *
 * <p>Own writes are visible to {@link #get} at once, before the watch delivers them, so nobody acts on a state older than
 * his own write; and the watch's echo of an own write is recognised ({@link #seen}). Safe for use by any thread;
 * reads never block, writes block on the API server.
 */
public final class SuperObjects<T extends HasMetadata> {
    private final Class<T> type;
    private final KubernetesClient client;
    private final ObjectCache<T> cache;
    private final UnaryOperator<T> trim;
    private final OwnWrites<T> ownWrites;

    SuperObjects(
            Class<T> type,
            KubernetesClient client,
            ObjectCache<T> cache,
            UnaryOperator<T> trim,
            LongSupplier nanoTime) {
        this.type = type;
        this.client = client;
        this.cache = cache;
        this.trim = trim;
        this.ownWrites = new OwnWrites<>(cache::get, nanoTime);
    }

    Class<T> type() {
        return type;
    }

    public ObjectCache<T> cache() {
        return cache;
    }

    /** The newest known state; a cached object, read-only, trimmed as its cache is. */
    public @Nullable T get(ObjectKey key) {
        return ownWrites.newest(key);
    }

    /** All cached objects of a super namespace, own writes included where the cache already knows the object. */
    public Collection<T> list(String superNamespace) {
        List<T> found = new ArrayList<>();
        for (T cached : cache.list(superNamespace)) {
            T newest = get(ObjectKey.of(cached));
            found.add(newest == null ? cached : newest);
        }
        return found;
    }

    /** Reads the object from the API server, untrimmed; null when absent. Not for hot paths. */
    public @Nullable T read(ObjectKey key) {
        return Requests.read(client, type, key);
    }

    /** Creates the object, which must carry the tenant's proof. */
    public T create(Tenant tenant, T desired) {
        Ownership.require(tenant, desired);
        T created = Requests.create(client, desired);
        remember(created);
        return created;
    }

    /**
     * Replaces the object by {@code body}, whose resourceVersion and UID must be those of {@code actual}.
     *
     * @param actual what the decision was made on
     */
    public T replace(Tenant tenant, T actual, T body) {
        Ownership.require(tenant, actual);
        Ownership.require(tenant, body);
        T replaced = Requests.update(client, body);
        remember(replaced);
        return replaced;
    }

    /** Takes over an object that carries no proof yet; the caller has checked that it is in a namespace of the tenant. */
    T adopt(Tenant tenant, T body) {
        Ownership.require(tenant, body);
        T adopted = Requests.update(client, body);
        remember(adopted);
        return adopted;
    }

    /** The object as the cache would hold it. */
    T trimmed(T full) {
        return trim.apply(full);
    }

    /**
     * Deletes exactly this object (UID precondition), with background propagation. Gone already is success.
     *
     * @param grace seconds, null for the object's own
     */
    public void delete(Tenant tenant, T actual, @Nullable Long grace) {
        Ownership.require(tenant, actual);
        DeleteOptions options = new DeleteOptionsBuilder()
                .withPropagationPolicy("Background")
                .withGracePeriodSeconds(grace)
                .withNewPreconditions()
                .withUid(actual.getMetadata().getUid())
                .endPreconditions()
                .build();
        Requests.delete(client, actual, options);
        ownWrites.forget(ObjectKey.of(actual));
    }

    /** Records the result of a write made elsewhere (a sub-resource), so that its echo is recognised. */
    public void remember(T written) {
        ownWrites.put(trim.apply(written));
    }

    /** Takes notice of a watch event; true when it is the echo of an own write that nobody has to act on. */
    boolean seen(ObjectKey key, @Nullable T before, @Nullable T after) {
        return ownWrites.seen(key, before, after);
    }
}
