// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.List;

/** Spread constraints count the tenant's pods only. They look at the pod's own namespace, so nothing else changes. */
final class TopologySpreadStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        for (TopologySpreadConstraint constraint : draft.getSpec().getTopologySpreadConstraints()) {
            constraint.setLabelSelector(TenantSelectors.ofPods(
                    constraint.getLabelSelector(), constraint.getMatchLabelKeys(), List.of(), source, context));
            constraint.setMatchLabelKeys(List.of());
        }
    }
}
