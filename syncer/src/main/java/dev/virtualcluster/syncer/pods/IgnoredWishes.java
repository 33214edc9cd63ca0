// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.syncer.pods.status.PodConditions;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod asks for and runs without: the super cluster has one scheduler for all, and no tenant's pod goes before
 * another's. The tenant is told by events. Pure but for those.
 */
final class IgnoredWishes {
    private static final String DEFAULT_SCHEDULER = "default-scheduler";
    /** Kubernetes' own classes, which system pods such as the tenant's DNS carry everywhere. */
    private static final String SYSTEM_CLASSES = "system-";

    private IgnoredWishes() {}

    static void tell(Tenant tenant, Pod source) {
        of(source).forEach((reason, message) -> tenant.events().warn(source, reason, message));
    }

    /** Messages by reason. */
    static Map<String, String> of(Pod source) {
        Map<String, String> ignored = new TreeMap<>();
        String priority = source.getSpec().getPriorityClassName();
        if (priority != null && !priority.isEmpty() && !priority.startsWith(SYSTEM_CLASSES)) {
            ignored.put(
                    "PriorityIgnored",
                    "The priority class " + priority
                            + " has no effect: among the pods of virtual clusters none goes before another.");
        }
        String scheduler = source.getSpec().getSchedulerName();
        if (scheduler != null && !scheduler.isEmpty() && !scheduler.equals(DEFAULT_SCHEDULER)) {
            ignored.put(
                    "SchedulerIgnored",
                    "The scheduler " + scheduler + " is not asked: the pods of virtual clusters are scheduled by the"
                            + " cluster below.");
        }
        for (PodReadinessGate gate : source.getSpec().getReadinessGates()) {
            if (PodConditions.isKubernetesOwn(gate.getConditionType())) {
                ignored.put(
                        "ReadinessGateIgnored",
                        "The readiness gate " + gate.getConditionType()
                                + " is not passed on: conditions of that name are"
                                + " Kubernetes' own. Use a name with a domain, like example.com/"
                                + gate.getConditionType() + ".");
            }
        }
        return ignored;
    }
}
