// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A kind whose tenant objects have a twin of the same type in the super cluster. A subclass says how to convert
 * ({@link #desired}), what to compare ({@link #differs}), how to update ({@link #merged}) and, where something flows back,
 * {@link #up} with {@link #concernsUp}. Everything else - creation, update, deletion, ownership, refusals, drift,
 * predecessors of the same name - is done here for all of them.
 */
public abstract class MirroredKind<T extends HasMetadata> implements SyncedKind<T, T> {

    /** Tells whether this tenant object gets a twin at all. Cheap, pure. */
    protected boolean isMirrored(Tenant tenant, T source) {
        return true;
    }

    /**
     * The twin as it should be, metadata of the twin included (see {@code MetadataConversion}). Pure: reads the tenant's
     * caches at most.
     *
     * @throws RefusedException when policy forbids it
     */
    protected abstract T desired(Tenant tenant, T source) throws RefusedException;

    /** Compares only what we own; {@code actual} is trimmed as its cache is. Metadata is compared by the caller. */
    protected abstract boolean differs(Tenant tenant, T desired, T actual);

    /**
     * The body of the update. Metadata is merged by the caller afterwards; the default takes all else from
     * {@code desired}.
     */
    protected T merged(T desired, T actual) {
        return desired;
    }

    /** The tenant object is being deleted but still there. Default: the twin stays until it is gone. */
    protected Result sourceDeleting(Tenant tenant, T source, @Nullable T actual) throws Exception {
        return new Result.Done();
    }

    /** Sends the creation; overridden where a creation needs preparation. */
    protected T create(Tenant tenant, T source, T desired) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** The twin has no tenant object any more; removes it. Overridden where grace matters. */
    protected Result removeTwin(Tenant tenant, ObjectKey key, T actual) throws Exception {
        throw new UnsupportedOperationException();
    }
}
