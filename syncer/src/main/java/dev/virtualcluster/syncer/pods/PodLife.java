// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;

/** How far a pod has come, by its own words. */
final class PodLife {
    static final String FAILED = "Failed";

    private PodLife() {}

    /** Tells whether the pod is assigned to a node. */
    static boolean isBound(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty();
    }

    /**
     * Tells, of a tenant's pod, whether a super pod was once made for it and bound. Not the same as being bound: a tenant may name the node
     * at creation, and then nobody has said yet that it was scheduled.
     */
    static boolean hasBegun(Pod pod) {
        PodStatus status = pod.getStatus();
        return isBound(pod)
                && status != null
                && (status.getStartTime() != null
                        || status.getConditions().stream()
                                .anyMatch(condition -> condition.getType().equals("PodScheduled")
                                        && condition.getStatus().equals("True")));
    }

    /** Tells, of a super pod, whether it is as it was created: neither scheduler nor kubelet has said anything about it. */
    static boolean isUntouched(Pod pod) {
        PodStatus status = pod.getStatus();
        return !isBound(pod)
                && pod.getMetadata().getDeletionTimestamp() == null
                && (status == null
                        || ("Pending".equals(status.getPhase())
                                && status.getReason() == null
                                && status.getMessage() == null
                                && status.getConditions().isEmpty()));
    }

    /** Tells whether all containers have ended for good. */
    static boolean isOver(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || FAILED.equals(phase);
    }
}
