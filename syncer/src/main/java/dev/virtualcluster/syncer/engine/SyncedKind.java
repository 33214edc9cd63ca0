// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One kind that is kept in step. The engine feeds keys, this class works on one key at a time: it reads both caches
 * and makes the world right (level-triggered). Most kinds extend {@link MirroredKind} and say only how to convert and
 * what to compare; kinds without a twin (nodes, events, tokens) implement this interface.
 *
 * <p>Threads: {@link #down} and {@link #up} run on virtual threads and may block; the same key is never worked on twice
 * at once in one direction. The predicates and {@link #route} run on the client's threads and must not block.
 *
 * @param <V> kind watched in the tenant
 * @param <S> kind watched in the super cluster
 */
public interface SyncedKind<V extends HasMetadata, S extends HasMetadata> {

    /** Plural lower-case name: metric label, log value. */
    String name();

    Class<V> tenantType();

    Class<S> superType();

    /** How the tenant's objects are cached; null when another kind of the table declares the cache of this type. */
    @Nullable
    CacheSpec<V> tenantCache();

    /** How the super cluster's objects are cached, one cache for all tenants; null when another kind declares it. */
    @Nullable
    CacheSpec<S> superCache();

    /**
     * Tells whether a tenant-side event can matter to {@link #down}. Status-only changes should answer false, so that the
     * echo of our own status writes costs nothing. One of both is never null.
     */
    default boolean concernsDown(@Nullable V before, @Nullable V after) {
        return Changes.ofDesired(before, after);
    }

    /** Tells whether a super-side event can matter to {@link #down}: deletions and hand-made drift. */
    default boolean isDrift(@Nullable S before, @Nullable S after) {
        return Changes.ofDesired(before, after);
    }

    /** Tells whether a super-side event can matter to {@link #up}. */
    default boolean concernsUp(@Nullable S before, @Nullable S after) {
        return false;
    }

    /** How long what has come or changed in the super cluster may wait, because other work is more urgent. */
    default Duration upDelay(S changed) {
        return Duration.ZERO;
    }

    /**
     * Tells whether a tenant-side event can matter to {@link #up}: the tenant overwrote what flows back. A kind that knows
     * its own write again answers false.
     */
    default boolean isUpwardDrift(Tenant tenant, @Nullable V before, @Nullable V after) {
        return false;
    }

    /**
     * Names the tenant objects a super-side object belongs to. The default answers with the recorded back reference, when
     * it is proven that the object stands where that tenant object would be mirrored to.
     */
    void route(S superObject, Tenants tenants, BiConsumer<Tenant, ObjectKey> to);

    /** Names the tenant keys that a tenant-side object concerns: by default its own. */
    default void routeTenant(Tenant tenant, V tenantObject, BiConsumer<Tenant, ObjectKey> to) {
        to.accept(tenant, ObjectKey.of(tenantObject));
    }

    /** The tenant's watch said that this object is gone; comes before the key is queued. Must not block. */
    default void deleted(Tenant tenant, V last) {}

    /** Brings the super cluster in line with the tenant. An exception means: again later, with back-off. */
    default Result down(Tenant tenant, ObjectKey key) throws Exception {
        return new Result.Done();
    }

    /** Brings the tenant in line with the super cluster. An exception means: again later, with back-off. */
    default Result up(Tenant tenant, ObjectKey key) throws Exception {
        return new Result.Done();
    }

    /**
     * Patrol: reports what is out of step for one tenant, from the caches alone and without any I/O. What is reported goes
     * through the queues, so reporting too much costs work, never correctness.
     */
    default void inspect(Tenant tenant, Findings findings) {}

    /**
     * Called once per tenant that has come, on a thread of its own, which may block; its keys flow meanwhile. A tenant may
     * go before this is through.
     */
    default void tenantAdded(Tenant tenant) {}

    /** Called when a tenant goes; frees what the kind remembers of it. */
    default void tenantRemoved(Tenant tenant) {}

    /** Where a patrol reports to. */
    interface Findings {
        void down(ObjectKey key, Drift drift);

        void up(ObjectKey key, Drift drift);
    }
}
