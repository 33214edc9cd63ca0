// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.runtime.binding.ModelCopy;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.requests.Paths;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells the tenant's API server on which node a pod runs, as a scheduler would. Safe for use by any thread. */
final class PodBinding {
    /** Nodes of bindings that were sent, and not refused but for being there, and that the cache may not show yet. */
    private final RecentWrites<String> accepted;

    PodBinding(LongSupplier nanoTicker) {
        this.accepted = new RecentWrites<>(nanoTicker);
    }

    /** Binds, once: bound already, by us a moment ago, is success. */
    void bind(Tenant tenant, Pod source, String node) {
        if (!begins(tenant.key(), source, node)) {
            return;
        }
        try {
            send(tenant, source, node);
        } catch (RuntimeException e) {
            accepted.remove(tenant.key(), source);
            throw e;
        }
    }

    /**
     * Tells whether what happened to the pod is that binding and nothing else: the condition that it brought is replaced by
     * the super pod's with the next status anyway.
     */
    boolean isEcho(String tenantKey, Pod before, Pod after) {
        return !PodLife.isBound(before)
                && PodLife.isBound(after)
                && after.getSpec().getNodeName().equals(accepted.get(tenantKey, after))
                && Objects.equals(unscheduled(before), unscheduled(after));
    }

    private static @Nullable PodStatus unscheduled(Pod pod) {
        if (pod.getStatus() == null) {
            return null;
        }
        PodStatus status = ModelCopy.of(pod.getStatus());
        status.getConditions().removeIf(condition -> condition.getType().equals("PodScheduled"));
        return status;
    }

    /** False when that pod's binding is on its way, or was sent a moment ago. */
    boolean begins(String tenantKey, Pod source, String node) {
        return accepted.putIfAbsent(tenantKey, source, node);
    }

    private static void send(Tenant tenant, Pod source, String node) {
        Binding body = new BindingBuilder()
                .withNewMetadata()
                .withNamespace(source.getMetadata().getNamespace())
                .withName(source.getMetadata().getName())
                .withUid(source.getMetadata().getUid())
                .endMetadata()
                .withNewTarget()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .endTarget()
                .build();
        String path = Paths.of(Pod.class, ObjectKey.of(source)) + "/binding";
        try {
            Requests.send(tenant.client(), "POST", path, Requests.JSON, body, String.class);
        } catch (KubernetesClientException e) {
            // Bound, being deleted, or another pod by now: the tenant's watch brings what is true.
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
