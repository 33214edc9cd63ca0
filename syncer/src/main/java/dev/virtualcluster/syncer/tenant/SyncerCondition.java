// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.requests.Requests;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes the condition SyncerReady of a VirtualCluster by server-side apply, so that the operator's conditions beside it
 * are untouched. Sends nothing when nothing changed.
 */
final class SyncerCondition {
    private static final String MANAGER = "vc-syncer";
    private static final String APPLY = "application/apply-patch+yaml";

    private final KubernetesClient client;
    private final InstantSource clock;

    SyncerCondition(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    void write(VirtualCluster vc, boolean isReady, String reason, String message) {
        String status = isReady ? Condition.TRUE : Condition.FALSE;
        Condition known = vc.getStatus() == null ? null : vc.getStatus().condition(ConditionTypes.SYNCER_READY);
        if (known != null
                && status.equals(known.getStatus())
                && reason.equals(known.getReason())
                && message.equals(known.getMessage())
                && Objects.equals(vc.getMetadata().getGeneration(), known.getObservedGeneration())) {
            return;
        }
        String since = known != null && status.equals(known.getStatus()) && known.getLastTransitionTime() != null
                ? known.getLastTransitionTime()
                : clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Map<String, Object> condition = new LinkedHashMap<>();
        condition.put("type", ConditionTypes.SYNCER_READY);
        condition.put("status", status);
        condition.put("reason", reason);
        condition.put("message", message);
        condition.put("lastTransitionTime", since);
        condition.put("observedGeneration", vc.getMetadata().getGeneration());
        Map<String, Object> body = Map.of(
                "apiVersion",
                vc.getApiVersion(),
                "kind",
                vc.getKind(),
                "metadata",
                Map.of(
                        "namespace", vc.getMetadata().getNamespace(),
                        "name", vc.getMetadata().getName(),
                        "uid", vc.getMetadata().getUid()),
                "status",
                Map.of("conditions", List.of(condition)));
        Requests.patch(
                client,
                VirtualCluster.class,
                ObjectKey.of(vc),
                "status?force=true&fieldManager=" + MANAGER,
                APPLY,
                body);
    }
}
