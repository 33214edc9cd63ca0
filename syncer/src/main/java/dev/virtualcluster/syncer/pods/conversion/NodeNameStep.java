// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/**
 * A tenant may name the node himself. The super pod is still given to the scheduler, which alone knows what fits, but may
 * go to that node only. So no tenant gets past the super cluster's accounting, taints and admission on the node.
 */
final class NodeNameStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        String node = draft.getSpec().getNodeName();
        draft.getSpec().setNodeName(null);
        if (node == null || node.isEmpty()) {
            return;
        }
        Affinity affinity = draft.getSpec().getAffinity() == null
                ? new Affinity()
                : draft.getSpec().getAffinity();
        NodeAffinity nodeAffinity =
                affinity.getNodeAffinity() == null ? new NodeAffinity() : affinity.getNodeAffinity();
        NodeSelector required = nodeAffinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        if (required == null || required.getNodeSelectorTerms().isEmpty()) {
            required = new NodeSelector();
            required.setNodeSelectorTerms(List.of(new NodeSelectorTerm()));
        }
        NodeSelectorRequirement onNode = new NodeSelectorRequirementBuilder()
                .withKey("metadata.name")
                .withOperator("In")
                .withValues(node)
                .build();
        // Terms are alternatives, so each of them gets the requirement.
        for (NodeSelectorTerm term : required.getNodeSelectorTerms()) {
            List<NodeSelectorRequirement> fields = new ArrayList<>(term.getMatchFields());
            fields.add(onNode);
            term.setMatchFields(fields);
        }
        nodeAffinity.setRequiredDuringSchedulingIgnoredDuringExecution(required);
        affinity.setNodeAffinity(nodeAffinity);
        draft.getSpec().setAffinity(affinity);
    }
}
