// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.engine.Versions;
import dev.virtualcluster.syncer.engine.Work;
import dev.virtualcluster.syncer.metadata.MetadataConversion;
import dev.virtualcluster.syncer.nodes.NodeKind;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.pods.status.PodStatusConversion;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tenant.TenantWords;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the super cluster did with a pod, told to the tenant: binding (once), transparent keys, status (only what differs), end. An ordinary
 * pod costs two writes: the binding, and the status when it runs.
 */
final class PodUpward {
    private final NodeKind nodes;
    private final PodEnd ends;
    private final PodBinding binding = new PodBinding(System::nanoTime);
    private final StatusWrites writes = new StatusWrites(System::nanoTime);
    private final StatusPace pace;

    PodUpward(InstantSource clock, Work work, NodeKind nodes, PodEnd ends) {
        this.nodes = nodes;
        this.ends = ends;
        this.pace = new StatusPace(clock, work::load);
    }

    Result up(Tenant tenant, ObjectKey key, @Nullable Pod actual) {
        Pod source = tenant.cache(Pod.class).get(key);
        if (source == null) {
            return new Result.Done();
        }
        if (actual == null) {
            return gone(tenant, source);
        }
        if (!Ownership.isTwin(tenant, source, actual)) {
            // The super pod of a predecessor; the way down removes it.
            return new Result.Done();
        }
        if (actual.getMetadata().getDeletionTimestamp() != null) {
            ends.superDeletes(tenant, source, actual);
        } else if (PodLife.isBound(source) && PodLife.isBound(actual) && !isSameNode(source, actual)) {
            ends.giveUp(tenant, source);
            return new Result.Done();
        }
        bind(tenant, source, actual);
        Result result = writeStatus(tenant, source, actual);
        // Last: something in the tenant may refuse it, and the status must not wait for that.
        writeMetadata(tenant, source, actual);
        return result;
    }

    /** Tells whether the tenant's watch shows the pod as a write from here, a moment ago, left it. */
    boolean isEcho(Tenant tenant, Pod before, Pod after) {
        return binding.isEcho(tenant.key(), before, after) || writes.isEcho(tenant.key(), after);
    }

    /** Tells whether there is something to write, from the caches alone. */
    boolean differs(Tenant tenant, Pod source, Pod actual) {
        return (PodLife.isBound(actual) && !isSameNode(source, actual))
                || (PodLife.isBound(actual)
                        && actual.getMetadata().getDeletionTimestamp() != null
                        && source.getMetadata().getDeletionTimestamp() == null)
                || !Objects.equals(source.getStatus(), status(tenant, source, actual))
                || !metadata(tenant, source, actual).isEmpty();
    }

    private Result gone(Tenant tenant, Pod source) {
        boolean isDeleting = source.getMetadata().getDeletionTimestamp() != null;
        return isDeleting || PodLife.hasBegun(source) ? ends.vanished(tenant, source) : new Result.Done();
    }

    private void bind(Tenant tenant, Pod source, Pod actual) {
        if (!PodLife.isBound(actual)
                || PodLife.isBound(source)
                || source.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        String node = actual.getSpec().getNodeName();
        nodes.ensure(tenant, node);
        binding.bind(tenant, source, node);
    }

    private static void writeMetadata(Tenant tenant, Pod source, Pod actual) {
        Map<String, Object> metadata = metadata(tenant, source, actual);
        if (!metadata.isEmpty()) {
            Requests.patch(
                    tenant.client(),
                    Pod.class,
                    ObjectKey.of(source),
                    "",
                    Requests.MERGE_PATCH,
                    Map.of("metadata", metadata));
        }
    }

    private static Map<String, Object> metadata(Tenant tenant, Pod source, Pod actual) {
        return MetadataConversion.up(tenant.settings(), source.getMetadata(), actual.getMetadata());
    }

    private Result writeStatus(Tenant tenant, Pod source, Pod actual) {
        Duration echo = writes.wait(tenant.key(), source, actual);
        if (!echo.isZero()) {
            // It may have come since the pod was looked up, when nobody was known to wait for it.
            Pod newest = tenant.cache(Pod.class).get(ObjectKey.of(source));
            boolean hasCome = Versions.of(newest) != Versions.of(source);
            return new Result.RequeueAfter(hasCome ? Duration.ZERO : echo);
        }
        PodStatus wanted = status(tenant, source, actual);
        if (Objects.equals(source.getStatus(), wanted)) {
            return new Result.Done();
        }
        Duration wait = pace.wait(source, actual, wanted);
        if (!wait.isZero()) {
            return new Result.RequeueAfter(wait);
        }
        writes.write(tenant, source, wanted);
        return new Result.Done();
    }

    private static PodStatus status(Tenant tenant, Pod source, Pod actual) {
        boolean inStep = !SpecChanges.between(source, actual).isPresent();
        String superUid = actual.getMetadata().getUid();
        String uid = source.getMetadata().getUid();
        return PodStatusConversion.up(
                source, actual, inStep, text -> TenantWords.of(tenant, text).replace(superUid, uid));
    }

    private static boolean isSameNode(Pod source, Pod actual) {
        return Objects.equals(source.getSpec().getNodeName(), actual.getSpec().getNodeName());
    }
}
