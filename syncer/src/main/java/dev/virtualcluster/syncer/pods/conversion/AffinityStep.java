// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.List;

/**
 * Affinity and anti-affinity between pods: confined to the tenant's pods and namespaces, whatever a term selects. Node
 * affinity passes, because virtual nodes have the names and labels of the real ones.
 */
final class AffinityStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        Affinity affinity = draft.getSpec().getAffinity();
        if (affinity == null) {
            return;
        }
        if (affinity.getPodAffinity() != null) {
            convert(
                    affinity.getPodAffinity().getRequiredDuringSchedulingIgnoredDuringExecution(),
                    affinity.getPodAffinity().getPreferredDuringSchedulingIgnoredDuringExecution(),
                    source,
                    context);
        }
        if (affinity.getPodAntiAffinity() != null) {
            convert(
                    affinity.getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution(),
                    affinity.getPodAntiAffinity().getPreferredDuringSchedulingIgnoredDuringExecution(),
                    source,
                    context);
        }
    }

    private static void convert(
            List<PodAffinityTerm> required, List<WeightedPodAffinityTerm> preferred, Pod source, PodContext context) {
        required.forEach(term -> convert(term, source, context));
        preferred.forEach(weighted -> {
            if (weighted.getPodAffinityTerm() != null) {
                convert(weighted.getPodAffinityTerm(), source, context);
            }
        });
    }

    private static void convert(PodAffinityTerm term, Pod source, PodContext context) {
        term.setLabelSelector(TenantSelectors.ofPods(
                term.getLabelSelector(), term.getMatchLabelKeys(), term.getMismatchLabelKeys(), source, context));
        // Their meaning is in the selector now; the API server refuses the same key in both.
        term.setMatchLabelKeys(List.of());
        term.setMismatchLabelKeys(List.of());
        term.setNamespaces(
                term.getNamespaces().stream().map(context::superNamespace).toList());
        term.setNamespaceSelector(TenantSelectors.ofNamespaces(term.getNamespaceSelector(), context));
    }
}
