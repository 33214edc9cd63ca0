// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;

/**
 * What the super cluster decides by itself: which scheduler, what priority, what overhead. The computed fields are left
 * out, because admission there computes them anew and refuses others.
 */
final class SchedulingStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        PodSpec spec = draft.getSpec();
        // Tenants' own schedulers do not know the super cluster's nodes.
        spec.setSchedulerName(null);
        spec.setPriority(null);
        spec.setPreemptionPolicy(null);
        // The tenant's own classes mean nothing there.
        spec.setPriorityClassName(null);
        spec.setRuntimeClassName(null);
        spec.setOverhead(null);
        // Gated pods are not mirrored before their last gate is gone.
        spec.setSchedulingGates(List.of());
    }
}
