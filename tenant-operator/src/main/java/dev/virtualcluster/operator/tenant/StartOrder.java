// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.operator.controlplane.Completion;
import dev.virtualcluster.operator.controlplane.ControlPlaneTemplates;
import dev.virtualcluster.operator.controlplane.Part;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Optional;

/**
 * In which order the parts of a new control plane are created: each once the one that it calls is on its way, so that it
 * boots while that one does, and seldom calls in vain. An API server that does loses more than it gains by being early:
 * cluster DNS keeps "no such host" for 5 to 30 seconds, and between two attempts at etcd the API server waits for 1, 1.6,
 * 2.6, ... seconds (<a href="https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md">gRPC's backoff</a>). A
 * controller-manager gives up after ten seconds without an API server, and a kubelet starts it again later each time.
 *
 * <p>Only a StatefulSet's creation waits. One that is there is left to its controller, also after a node's restart.
 */
final class StartOrder {
    private StartOrder() {}

    /** The part that must be on its way before this one is made; empty for the first. */
    static Optional<Part> before(Part part, ControlPlaneTemplates templates) {
        return switch (part) {
            case ETCD -> Optional.empty();
            // Without etcd in its ClusterVersion it calls one that is elsewhere.
            case API_SERVER -> Optional.of(Part.ETCD).filter(templates::has);
            case CONTROLLER_MANAGER -> Optional.of(Part.API_SERVER);
        };
    }

    /**
     * Whether as many pods of a part are on their way as it needs for doing its work: those of etcd have addresses, and
     * with them names; those of the API server run, for their images may take longer than a controller-manager waits.
     */
    static boolean isOnItsWay(Part part, int replicas, Collection<Pod> pods) {
        long ready = pods.stream()
                .filter(pod ->
                        part.objectName().equals(pod.getMetadata().getLabels().get(Completion.PART_LABEL)))
                .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null)
                .filter(pod -> part == Part.ETCD || isRunning(pod))
                .count();
        return ready >= part.needed(replicas);
    }

    private static boolean isRunning(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .anyMatch(container ->
                        container.getState() != null && container.getState().getRunning() != null);
    }
}
