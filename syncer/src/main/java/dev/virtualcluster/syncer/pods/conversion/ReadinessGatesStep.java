// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.syncer.pods.status.PodConditions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;

/**
 * Gates named like conditions of Kubernetes' own are left out: the tenant's condition of that name is not passed down, so
 * the pod would never be ready.
 */
final class ReadinessGatesStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        PodSpec spec = draft.getSpec();
        spec.setReadinessGates(spec.getReadinessGates().stream()
                .filter(gate -> !PodConditions.isKubernetesOwn(gate.getConditionType()))
                .toList());
    }
}
