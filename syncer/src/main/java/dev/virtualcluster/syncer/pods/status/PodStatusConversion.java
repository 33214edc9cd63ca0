// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.status;

import dev.virtualcluster.runtime.binding.ModelCopy;
import dev.virtualcluster.syncer.ownership.Ownership;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The status a tenant's pod should have, from the super pod's. All fields flow, known or not, except those that belong to
 * the tenant's own API server (QoS class, resource claims, his conditions) and containers that are not his.
 */
public final class PodStatusConversion {
    private PodStatusConversion() {}

    /**
     * The tenant's status; a new object.
     *
     * @param source the tenant's pod
     * @param actual its super pod
     * @param inStep whether the super pod's spec is what the tenant's asks for by now; only then does a generation the
     *     kubelet has seen say something about the tenant's
     * @param words replaces super-side names in a text
     */
    public static PodStatus up(Pod source, Pod actual, boolean inStep, UnaryOperator<String> words) {
        PodStatus was = source.getStatus() == null ? new PodStatus() : source.getStatus();
        PodStatus from = actual.getStatus() == null ? new PodStatus() : actual.getStatus();
        Generations generations = new Generations(source, actual, inStep);
        PodStatus to = ModelCopy.of(from);
        to.setMessage(translated(from.getMessage(), words));
        to.setConditions(PodConditions.up(source, actual, generations, words));
        to.setObservedGeneration(generations.up(from.getObservedGeneration(), was.getObservedGeneration()));
        // Immutable, and computed from the tenant's own spec.
        to.setQosClass(was.getQosClass() == null ? from.getQosClass() : was.getQosClass());
        // A bound pod is nominated for nothing; the tenant's API server refuses it.
        if (source.getSpec().getNodeName() != null) {
            to.setNominatedNodeName(was.getNominatedNodeName());
        }
        to.setResourceClaimStatuses(was.getResourceClaimStatuses());
        to.setExtendedResourceClaimStatus(was.getExtendedResourceClaimStatus());
        to.setContainerStatuses(
                own(to.getContainerStatuses(), names(source.getSpec().getContainers()), words));
        to.setInitContainerStatuses(
                own(to.getInitContainerStatuses(), names(source.getSpec().getInitContainers()), words));
        to.setEphemeralContainerStatuses(own(
                to.getEphemeralContainerStatuses(),
                source.getSpec().getEphemeralContainers().stream()
                        .map(EphemeralContainer::getName)
                        // An administrator may have put one of that name into the super pod before.
                        .filter(Ownership.containers(actual)::contains)
                        .collect(Collectors.toSet()),
                words));
        return to;
    }

    /** Leaves out containers that something in the super cluster added to the pod. */
    private static List<ContainerStatus> own(
            List<ContainerStatus> statuses, Set<String> names, UnaryOperator<String> words) {
        List<ContainerStatus> own = statuses.stream()
                .filter(status -> names.contains(status.getName()))
                .toList();
        own.forEach(status -> {
            translate(status.getState(), words);
            translate(status.getLastState(), words);
        });
        return own;
    }

    private static void translate(@Nullable ContainerState state, UnaryOperator<String> words) {
        if (state == null) {
            return;
        }
        if (state.getWaiting() != null) {
            state.getWaiting().setMessage(translated(state.getWaiting().getMessage(), words));
        }
        if (state.getTerminated() != null) {
            state.getTerminated().setMessage(translated(state.getTerminated().getMessage(), words));
        }
    }

    private static Set<String> names(List<Container> containers) {
        return containers.stream().map(Container::getName).collect(Collectors.toSet());
    }

    static @Nullable String translated(@Nullable String text, UnaryOperator<String> words) {
        return text == null || text.isEmpty() ? text : words.apply(text);
    }
}
