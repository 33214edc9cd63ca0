// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.engine.SuperObjects;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.requests.Paths;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How pods end.
 *
 * <pre>
 *   tenant deletes            -> super pod deleted with the tenant's grace
 *   tenant deletes by force   -> (tenant pod is gone) super pod deleted with its own grace, by force if its node is dead
 *   super pod being deleted   -> tenant pod deleted with the same grace
 *   super pod gone            -> tenant pod deleted at once: by then the kubelet has stopped everything
 *   the same, never scheduled -> super pod made anew
 * </pre>
 *
 * Every deletion carries the UID it was decided for, and no tenant pod is given up before the super API server itself,
 * not a cache, has said that its super pod is gone.
 */
final class PodEnd {
    /** Cache and server disagree: after this the watch will have caught up. */
    private static final Duration CACHE_LAG = Duration.ofMillis(500);

    /** A kubelet that is alive reports the end of a pod within seconds after its deadline. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final SuperCluster superCluster;
    private final InstantSource clock;
    private final PodUpdate updates;

    PodEnd(SuperCluster superCluster, PodUpdate updates, InstantSource clock) {
        this.superCluster = superCluster;
        this.updates = updates;
        this.clock = clock;
    }

    /** The tenant's pod has a deletion timestamp. */
    Result tenantDeletes(Tenant tenant, Pod source, @Nullable Pod actual) {
        if (actual == null) {
            return vanished(tenant, source);
        }
        Long grace = source.getMetadata().getDeletionGracePeriodSeconds();
        boolean isTwin = Ownership.isTwin(tenant, source, actual);
        if (!isTwin) {
            // A predecessor's: only its end lets this one end.
            grace = null;
        }
        if (actual.getMetadata().getDeletionTimestamp() == null) {
            if (!isTwin && !Requests.isStillThere(tenant.client(), Pod.class, source)) {
                return new Result.RequeueAfter(CACHE_LAG);
            }
            // Zero means by force: the tenant does not wait, but the containers get their time.
            pods().delete(tenant, actual, grace == null || grace == 0 ? null : grace);
        } else if (isSooner(grace, actual)) {
            pods().delete(tenant, actual, grace);
        }
        return new Result.Done();
    }

    /**
     * The super pod is being deleted by somebody else: node drain, eviction, an administrator. One that was never
     * scheduled is gone in a moment and made anew.
     */
    void superDeletes(Tenant tenant, Pod source, Pod actual) {
        if (source.getMetadata().getDeletionTimestamp() == null && PodLife.isBound(actual)) {
            deleteInTenant(tenant, source, actual.getMetadata().getDeletionGracePeriodSeconds());
        }
    }

    /** The tenant's pod has or had a super pod, and the cache shows none; deletes it when that is certain. */
    Result vanished(Tenant tenant, Pod source) {
        ObjectKey place = tenant.superKey(Pod.class, ObjectKey.of(source));
        Pod live = pods().read(place);
        if (live != null && Ownership.isTwin(tenant, source, live)) {
            updates.putLabelBack(tenant, live);
            return new Result.RequeueAfter(CACHE_LAG);
        }
        if (!isHeldByFinalizersAlone(source)) {
            deleteInTenant(tenant, source, 0L);
        } else if (!PodLife.isOver(source)) {
            markFailed(tenant, source);
        }
        return new Result.Done();
    }

    /** Tells whether a tenant's pod that has no super pod is for us to end. */
    static boolean isOwed(Pod source) {
        return source.getMetadata().getDeletionTimestamp() != null
                && !(isHeldByFinalizersAlone(source) && PodLife.isOver(source));
    }

    /**
     * Tells whether the pod is deleted but for its finalizers. Without any, an API server that deletes a pod whose time is
     * up still needs two steps, to set the grace to zero and to remove it; when whoever asks is killed between them, the
     * second is left out, and only another deletion makes up for it (BeforeDelete in kubernetes'
     * {@code staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go}).
     */
    private static boolean isHeldByFinalizersAlone(Pod source) {
        Long grace = source.getMetadata().getDeletionGracePeriodSeconds();
        return source.getMetadata().getDeletionTimestamp() != null
                && grace != null
                && grace == 0
                && !source.getMetadata().getFinalizers().isEmpty();
    }

    /**
     * The tenant's pod is gone, by force, and its super pod does not end: its node has died. Once the containers had
     * their time and the kubelet some more to say so, the super pod goes by force too, for its name may be wanted again.
     */
    Result forced(Tenant tenant, ObjectKey key, Pod actual) {
        Duration left = left(actual);
        if (left == null) {
            return new Result.Done();
        }
        if (left.isPositive()) {
            return new Result.RequeueAfter(left);
        }
        Pod live = Requests.read(tenant.client(), Pod.class, key);
        if (live == null || !Ownership.isTwin(tenant, live, actual)) {
            pods().delete(tenant, actual, 0L);
        }
        return new Result.Done();
    }

    /** Tells whether a super pod that is being deleted has had all its time, so that only {@link #forced} ends it. */
    boolean isOverdue(Pod actual) {
        Duration left = left(actual);
        return left != null && !left.isPositive();
    }

    /** How long a kubelet that is alive may still take; null when nobody can tell. */
    private @Nullable Duration left(Pod actual) {
        try {
            Instant deadline = Instant.parse(actual.getMetadata().getDeletionTimestamp());
            return Duration.between(clock.instant(), deadline.plus(SILENCE));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** Tells whether the tenant has asked for an end, or a sooner one, of which his super pod does not know. */
    static boolean isUntold(Pod source, Pod actual) {
        return source.getMetadata().getDeletionTimestamp() != null
                && (actual.getMetadata().getDeletionTimestamp() == null
                        || isSooner(source.getMetadata().getDeletionGracePeriodSeconds(), actual));
    }

    /** Deletes the tenant's pod; no super pod can serve it any more. */
    void giveUp(Tenant tenant, Pod source) {
        deleteInTenant(tenant, source, 0L);
    }

    /**
     * A pod that is held by finalizers and will never run again must say so, or it stays for ever: the Job controller, for
     * one, takes its finalizer away only from pods that have ended. In a cluster of its own the pod garbage collector
     * does this; in a tenant it does not run, because it would judge by nodes that are not the tenant's.
     */
    private static void markFailed(Tenant tenant, Pod source) {
        Map<String, String> status = Map.of(
                "phase",
                PodLife.FAILED,
                "reason",
                "EndNotObserved",
                "message",
                "The pod was deleted; it never ran, or nobody saw how it ended.");
        Object patch = Map.of("metadata", Map.of("uid", source.getMetadata().getUid()), "status", status);
        String path = Paths.of(Pod.class, ObjectKey.of(source)) + "/status";
        try {
            Requests.send(tenant.client(), "PATCH", path, Requests.STRATEGIC_MERGE_PATCH, patch, String.class);
        } catch (KubernetesClientException e) {
            // Gone, or another pod of that name.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private static boolean isSooner(@Nullable Long grace, Pod actual) {
        Long current = actual.getMetadata().getDeletionGracePeriodSeconds();
        return grace != null && grace > 0 && current != null && grace < current;
    }

    private static void deleteInTenant(Tenant tenant, Pod source, @Nullable Long grace) {
        DeleteOptions options = new DeleteOptionsBuilder()
                .withGracePeriodSeconds(grace)
                .withNewPreconditions()
                .withUid(source.getMetadata().getUid())
                .endPreconditions()
                .build();
        Requests.delete(tenant.client(), source, options);
    }

    private SuperObjects<Pod> pods() {
        return superCluster.objects(Pod.class);
    }
}
