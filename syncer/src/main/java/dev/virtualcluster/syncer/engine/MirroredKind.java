// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.metadata.MetadataConversion;
import dev.virtualcluster.syncer.ownership.ForeignObjectException;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A kind whose tenant objects have a twin of the same type in the super cluster. A subclass says how to convert
 * ({@link #desired}), what to compare ({@link #differs}), how to update ({@link #merged}) and, where something flows back,
 * {@link #up} with {@link #concernsUp} and {@link #upDiffers}. All else is here, once: creation, update, deletion,
 * ownership, refusals, drift, predecessors of the same name.
 *
 * <p>A subclass keeps no state of its own about objects.
 */
public abstract class MirroredKind<T extends HasMetadata> implements SyncedKind<T, T> {
    /** What lies on the way of a creation (a twin being deleted) is looked at again after this. */
    private static final Duration SOON = Duration.ofSeconds(1);

    protected final SyncContext context;
    private final String name;
    private final Class<T> type;
    private final Counter inspectionFailures;

    protected MirroredKind(SyncContext context, String name, Class<T> type) {
        this.context = context;
        this.name = name;
        this.type = type;
        this.inspectionFailures = context.meters().counter("inspection_failures", "kind", name);
    }

    /** Tells whether this tenant object gets a twin at all. Cheap, from the caches alone. */
    protected boolean isMirrored(Tenant tenant, T source) {
        return true;
    }

    /**
     * The twin as it should be, its metadata made by {@link #twinMetadata}. Reads caches at most.
     *
     * @throws RefusedException when policy forbids it
     * @throws NotYetException when something else must come first
     */
    protected abstract T desired(Tenant tenant, T source) throws RefusedException, NotYetException;

    /** Compares only what we own; metadata is compared by the caller. {@code actual} is trimmed as its cache is. */
    protected abstract boolean differs(Tenant tenant, T desired, T actual);

    /**
     * The body of the update, a new object; its metadata is set by the caller. The default suits kinds of which we own
     * all but the metadata.
     */
    protected T merged(T desired, T actual) {
        return desired;
    }

    /** Tells whether an object without proof, of that name and in a namespace of the tenant, is ours to take over. */
    protected boolean isAdoptable(T live) {
        return false;
    }

    /** What flows back differs. From the caches alone. */
    protected boolean upDiffers(Tenant tenant, T source, T actual) {
        return false;
    }

    /**
     * The tenant object is being deleted but still there. Null means: keep the twin in step as usual. By default no twin
     * is made any more, and one that exists lives as long as its tenant object.
     */
    protected @Nullable Result whileDeleting(Tenant tenant, T source, @Nullable T actual) throws Exception {
        return actual == null ? new Result.Done() : null;
    }

    /** Tells whether a tenant object that is being deleted and has no twin is for us to end. By default none is. */
    protected boolean isEndOwed(T source) {
        return false;
    }

    /**
     * Something else than metadata and what {@link #differs} compares is to be passed down, such as an end. From the
     * caches alone.
     */
    protected boolean downDiffers(Tenant tenant, T source, T actual) {
        return false;
    }

    /** Tells whether a twin without tenant object that is being deleted does not come to its end by itself. */
    protected boolean isEndOverdue(T actual) {
        return false;
    }

    /** Sends the creation. */
    protected T create(Tenant tenant, T source, T desired) throws Exception {
        return objects().create(tenant, desired);
    }

    /** Sends the update. */
    protected void update(Tenant tenant, T source, T actual, T body) throws Exception {
        objects().replace(tenant, actual, body);
    }

    /**
     * Removes a twin that has no tenant object any more, or the twin of a predecessor of that name.
     *
     * @return when to come back; Done when the watch will tell
     */
    protected Result removeTwin(Tenant tenant, ObjectKey key, T actual) throws Exception {
        objects().delete(tenant, actual, null);
        return new Result.Done();
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Class<T> tenantType() {
        return type;
    }

    @Override
    public final Class<T> superType() {
        return type;
    }

    protected final SuperObjects<T> objects() {
        return context.superCluster().objects(type);
    }

    protected final @Nullable T twin(Tenant tenant, ObjectKey key) {
        return objects().get(tenant.superKey(type, key));
    }

    /** Metadata of the twin: place, copied labels and annotations, proof. A new object, open to changes. */
    protected final ObjectMeta twinMetadata(Tenant tenant, T source) {
        ObjectKey place = tenant.superKey(type, ObjectKey.of(source));
        return MetadataConversion.down(tenant, source.getMetadata(), place.namespace(), place.name());
    }

    @Override
    public void route(T superObject, Tenants tenants, BiConsumer<Tenant, ObjectKey> to) {
        String claimed = Ownership.claimedTenant(superObject);
        Tenant tenant = claimed == null ? null : tenants.byKey(claimed);
        ObjectKey key = tenant == null ? null : Ownership.tenantKey(tenant, superObject);
        if (tenant != null && key != null) {
            to.accept(tenant, key);
        }
    }

    @Override
    public Result down(Tenant tenant, ObjectKey key) throws Exception {
        T source = tenant.cache(type).get(key);
        if (source == null || !isMirrored(tenant, source)) {
            return withoutSource(tenant, key);
        }
        T actual = twin(tenant, key);
        if (source.getMetadata().getDeletionTimestamp() != null) {
            Result result = whileDeleting(tenant, source, actual);
            if (result != null) {
                return result;
            }
        }
        try {
            T desired = desired(tenant, source);
            return actual == null ? createTwin(tenant, source, desired) : keepTwin(tenant, source, desired, actual);
        } catch (RefusedException e) {
            return refused(tenant, source, e.reason(), e.text());
        } catch (ForeignObjectException e) {
            return refused(
                    tenant,
                    source,
                    "NameTaken",
                    "The super cluster holds an object of this name that is not managed for this virtual cluster;"
                            + " it is left alone. Ask the administrator to remove it, or use another name.");
        } catch (NotYetException e) {
            return new Result.RequeueAfter(e.delay());
        } catch (KubernetesClientException e) {
            if (Refusals.isRefusal(e)) {
                return refused(tenant, source, actual == null ? "FailedCreate" : "FailedUpdate", Refusals.words(e));
            }
            throw e;
        }
    }

    private Result createTwin(Tenant tenant, T source, T desired) throws Exception {
        ObjectKey key = ObjectKey.of(source);
        if (key.isNamespaced()) {
            context.namespaces().ensure(tenant, key.namespace());
        }
        try {
            create(tenant, source, desired);
            return new Result.Done();
        } catch (KubernetesClientException e) {
            if (!Refusals.isAlreadyExists(e)) {
                throw e;
            }
        }
        // Either our cache lags behind, or it cannot see the object because it lacks our label.
        T live = objects().read(ObjectKey.of(desired));
        if (live == null || live.getMetadata().getDeletionTimestamp() != null) {
            return new Result.RequeueAfter(SOON);
        }
        if (Ownership.tenantKey(tenant, live) == null && isAdoptable(live)) {
            objects().adopt(tenant, withMergedMetadata(merged(desired, live), desired, live));
            return new Result.Done();
        }
        return keepTwin(tenant, source, desired, objects().trimmed(live));
    }

    private Result keepTwin(Tenant tenant, T source, T desired, T actual) throws Exception {
        Ownership.require(tenant, actual);
        if (actual.getMetadata().getDeletionTimestamp() != null) {
            // Deleted in the super cluster: its watch tells when the name is free again.
            return new Result.Done();
        }
        if (!Ownership.isTwin(tenant, source, actual)) {
            if (Requests.isStillThere(tenant.client(), type, source)) {
                removeTwin(tenant, ObjectKey.of(source), actual);
            }
            return new Result.RequeueAfter(SOON);
        }
        if (MetadataConversion.differs(desired.getMetadata(), actual.getMetadata())
                || differs(tenant, desired, actual)) {
            update(tenant, source, actual, withMergedMetadata(merged(desired, actual), desired, actual));
        }
        return new Result.Done();
    }

    /** Gives the body of an update the metadata it should have. */
    protected final T withMergedMetadata(T body, T desired, T actual) {
        body.setMetadata(MetadataConversion.merged(desired.getMetadata(), actual.getMetadata()));
        return body;
    }

    private Result withoutSource(Tenant tenant, ObjectKey key) throws Exception {
        T actual = twin(tenant, key);
        if (actual == null
                || actual.getMetadata().getDeletionTimestamp() != null
                || !key.equals(Ownership.tenantKey(tenant, actual))) {
            return new Result.Done();
        }
        // No cache proves an absence, not even a deletion that it reported: a watch that begins anew may list from a
        // server that lags, and then drops what it lacks or shows what was before.
        T live = Requests.read(tenant.client(), type, key);
        if (live != null && Ownership.isTwin(tenant, live, actual) && isMirrored(tenant, live)) {
            return new Result.RequeueAfter(SOON);
        }
        return removeTwin(tenant, key, actual);
    }

    /** Tells the tenant why his object is not (or no longer) in step, and tries again slowly. */
    protected final Result refused(Tenant tenant, T source, String reason, String message) {
        tenant.events().warn(source, reason, message);
        return new Result.RequeueAfter(context.config().refusalRetry());
    }

    @Override
    public void inspect(Tenant tenant, Findings findings) {
        Inspection inspection = new Inspection(tenant, name, inspectionFailures);
        inspection.each(tenant.cache(type).list(), source -> {
            if (isMirrored(tenant, source)) {
                inspect(tenant, source, findings);
            }
        });
        for (String superNamespace : context.namespaces().of(tenant.key())) {
            inspection.each(objects().list(superNamespace), actual -> inspectTwin(tenant, actual, findings));
        }
        inspection.tell();
    }

    /** Reports the twin when it has no tenant object. */
    protected final void inspectTwin(Tenant tenant, T actual, Findings findings) {
        ObjectKey key = Ownership.tenantKey(tenant, actual);
        if (key != null && (actual.getMetadata().getDeletionTimestamp() == null || isEndOverdue(actual))) {
            T source = tenant.cache(type).get(key);
            if (source == null || !isMirrored(tenant, source)) {
                findings.down(key, Drift.EXTRA);
            }
        }
    }

    private void inspect(Tenant tenant, T source, Findings findings) {
        ObjectKey key = ObjectKey.of(source);
        T actual = twin(tenant, key);
        if (actual == null) {
            if (source.getMetadata().getDeletionTimestamp() == null || isEndOwed(source)) {
                findings.down(key, Drift.MISSING);
            }
            return;
        }
        if (!Ownership.isTwin(tenant, source, actual)) {
            findings.down(key, Drift.OTHER_UID);
            return;
        }
        if (downDiffers(tenant, source, actual)) {
            findings.down(key, Drift.DESIRED);
        }
        try {
            T desired = desired(tenant, source);
            if (MetadataConversion.differs(desired.getMetadata(), actual.getMetadata())
                    || differs(tenant, desired, actual)) {
                findings.down(key, Drift.DESIRED);
            }
        } catch (RefusedException | NotYetException e) {
            // Comes back by itself; the tenant has been told. What runs below has a status all the same.
        }
        if (upDiffers(tenant, source, actual)) {
            findings.up(key, Drift.STATUS);
        }
    }
}
