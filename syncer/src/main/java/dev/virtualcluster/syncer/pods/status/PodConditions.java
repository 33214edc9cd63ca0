// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.status;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose a pod condition is. Kubernetes' own types are the super cluster's to say, also where the tenant's pod names one as
 * a readiness gate: else a tenant could write a super pod's Ready. Types with a domain, and the other readiness gates of
 * the tenant's pod, are the tenant's: written by his controllers, never by ours; those that are gates pass down. Gates
 * that something in the super cluster added to the pod stay there.
 */
public final class PodConditions {
    /** Set by the tenant's controllers as well as by super-side ones. */
    private static final String DISRUPTION_TARGET = "DisruptionTarget";

    /** See PodConditionType in k8s.io/api/core/v1, and the conditions that controllers and kubelets set. */
    private static final Set<String> KUBERNETES_OWN = Set.of(
            "PodScheduled",
            "PodReadyToStartContainers",
            "Initialized",
            "ContainersReady",
            "Ready",
            DISRUPTION_TARGET,
            "PodResizePending",
            "PodResizeInProgress",
            "AllContainersRestarting");

    private PodConditions() {}

    /** Whether conditions of that type are Kubernetes' to write, so that no readiness gate of a tenant gets hold of one. */
    public static boolean isKubernetesOwn(String type) {
        return KUBERNETES_OWN.contains(type);
    }

    /** The conditions that the tenant's pod should have. */
    static List<PodCondition> up(Pod source, Pod actual, Generations generations, UnaryOperator<String> words) {
        Set<String> gates = gates(source);
        Set<String> superGates = gates(actual);
        superGates.removeAll(gates);
        Map<String, PodCondition> before = byType(source);
        List<PodCondition> merged = new ArrayList<>();
        Set<String> types = new HashSet<>();
        for (PodCondition condition : of(actual)) {
            String type = condition.getType();
            if (isTenants(type, gates) || superGates.contains(type)) {
                continue;
            }
            PodCondition was = before.get(type);
            merged.add(new PodConditionBuilder(condition)
                    .withMessage(PodStatusConversion.translated(condition.getMessage(), words))
                    .withObservedGeneration(generations.up(
                            condition.getObservedGeneration(), was == null ? null : was.getObservedGeneration()))
                    .build());
            types.add(type);
        }
        for (PodCondition condition : of(source)) {
            String type = condition.getType();
            if (isTenants(type, gates) || (type.equals(DISRUPTION_TARGET) && !types.contains(type))) {
                merged.add(condition);
            }
        }
        return inOrderOf(source, merged);
    }

    /**
     * Conditions are patched one by one and keep their places on the tenant's side; the super cluster's order would be a
     * difference that no patch removes.
     */
    private static List<PodCondition> inOrderOf(Pod source, List<PodCondition> conditions) {
        List<String> order = of(source).stream().map(PodCondition::getType).toList();
        List<PodCondition> sorted = new ArrayList<>(conditions);
        sorted.sort(Comparator.comparingInt(condition -> {
            int place = order.indexOf(condition.getType());
            return place < 0 ? order.size() : place;
        }));
        return sorted;
    }

    /**
     * Conditions of the tenant's readiness gates that the super pod lacks or shows otherwise. The kubelet needs them to
     * tell whether the pod is ready.
     */
    public static List<PodCondition> gatesToPass(Pod source, Pod actual) {
        Set<String> gates = gates(source);
        if (gates.isEmpty()) {
            return List.of();
        }
        Map<String, PodCondition> there = byType(actual);
        return of(source).stream()
                .filter(condition -> gates.contains(condition.getType()) && !isKubernetesOwn(condition.getType()))
                .filter(condition -> !isSame(condition, there.get(condition.getType())))
                .map(condition -> new PodConditionBuilder(condition)
                        .withObservedGeneration(null)
                        .build())
                .toList();
    }

    private static boolean isSame(PodCondition wanted, @Nullable PodCondition there) {
        return there != null
                && Objects.equals(wanted.getStatus(), there.getStatus())
                && Objects.equals(wanted.getReason(), there.getReason())
                && Objects.equals(wanted.getMessage(), there.getMessage());
    }

    private static boolean isTenants(String type, Set<String> gates) {
        return type.indexOf('/') >= 0 || (gates.contains(type) && !isKubernetesOwn(type));
    }

    private static Set<String> gates(Pod pod) {
        return pod.getSpec().getReadinessGates().stream()
                .map(PodReadinessGate::getConditionType)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static List<PodCondition> of(Pod pod) {
        PodStatus status = pod.getStatus();
        return status == null ? List.of() : status.getConditions();
    }

    private static Map<String, PodCondition> byType(Pod pod) {
        return of(pod).stream()
                .collect(Collectors.toMap(PodCondition::getType, Function.identity(), (first, second) -> first));
    }
}
