// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a pod's spec must change in the super cluster, of what Kubernetes lets change: the rest of a pod is fixed at its
 * creation. Containers that something in the super cluster added are left alone, and so is what it added to ours.
 *
 * @param images new images by container name
 * @param initImages the same of init containers
 * @param activeDeadlineSeconds the new deadline, null for no change
 * @param tolerations all tolerations if some were added, null for no change
 * @param resources new resources by container name, for the resize sub-resource
 * @param initResources the same of init containers
 * @param podResources new resources of the pod as a whole, null for no change
 * @param ephemeralContainers those to add, for their sub-resource
 */
record SpecChanges(
        Map<String, String> images,
        Map<String, String> initImages,
        @Nullable Long activeDeadlineSeconds,
        @Nullable List<Toleration> tolerations,
        Map<String, ResourceRequirements> resources,
        Map<String, ResourceRequirements> initResources,
        @Nullable ResourceRequirements podResources,
        List<EphemeralContainer> ephemeralContainers) {

    /** Nothing changes. */
    static final SpecChanges NONE =
            new SpecChanges(Map.of(), Map.of(), null, null, Map.of(), Map.of(), null, List.of());

    /**
     * Compares.
     *
     * @param desired the converted pod, or the tenant's own: conversion leaves alone what is compared
     * @param actual the super pod, trimmed or not
     */
    static SpecChanges between(Pod desired, Pod actual) {
        PodSpec wanted = desired.getSpec();
        PodSpec there = actual.getSpec();
        return new SpecChanges(
                images(wanted.getContainers(), there.getContainers()),
                images(wanted.getInitContainers(), there.getInitContainers()),
                Objects.equals(wanted.getActiveDeadlineSeconds(), there.getActiveDeadlineSeconds())
                        ? null
                        : wanted.getActiveDeadlineSeconds(),
                tolerations(wanted.getTolerations(), there.getTolerations()),
                resources(wanted.getContainers(), there.getContainers()),
                resources(wanted.getInitContainers(), there.getInitContainers()),
                wanted.getResources() == null || isCovered(wanted.getResources(), there.getResources())
                        ? null
                        : wanted.getResources(),
                ephemeral(wanted.getEphemeralContainers(), there.getEphemeralContainers()));
    }

    boolean isPresent() {
        return hasMain() || hasResize() || !ephemeralContainers.isEmpty();
    }

    /** Tells whether the pod itself must be patched. */
    boolean hasMain() {
        return !images.isEmpty() || !initImages.isEmpty() || activeDeadlineSeconds != null || tolerations != null;
    }

    boolean hasResize() {
        return !resources.isEmpty() || !initResources.isEmpty() || podResources != null;
    }

    private static Map<String, String> images(List<Container> wanted, List<Container> there) {
        Map<String, Container> actual = byName(there);
        Map<String, String> changed = new LinkedHashMap<>();
        for (Container container : wanted) {
            Container other = actual.get(container.getName());
            if (other != null && !Objects.equals(container.getImage(), other.getImage())) {
                changed.put(container.getName(), container.getImage());
            }
        }
        return changed;
    }

    private static @Nullable List<Toleration> tolerations(List<Toleration> wanted, List<Toleration> there) {
        if (there.containsAll(wanted)) {
            return null;
        }
        List<Toleration> all = new ArrayList<>(there);
        wanted.stream().filter(toleration -> !there.contains(toleration)).forEach(all::add);
        return all;
    }

    private static Map<String, ResourceRequirements> resources(List<Container> wanted, List<Container> there) {
        Map<String, Container> actual = byName(there);
        Map<String, ResourceRequirements> changed = new LinkedHashMap<>();
        for (Container container : wanted) {
            Container other = actual.get(container.getName());
            if (other != null
                    && container.getResources() != null
                    && !isCovered(container.getResources(), other.getResources())) {
                changed.put(container.getName(), container.getResources());
            }
        }
        return changed;
    }

    /** What is wanted is there; the super cluster's defaults may have added to it. */
    private static boolean isCovered(ResourceRequirements wanted, @Nullable ResourceRequirements there) {
        return isCovered(wanted.getRequests(), there == null ? null : there.getRequests())
                && isCovered(wanted.getLimits(), there == null ? null : there.getLimits());
    }

    private static boolean isCovered(@Nullable Map<String, Quantity> wanted, @Nullable Map<String, Quantity> there) {
        if (wanted == null) {
            return true;
        }
        return wanted.entrySet().stream()
                .allMatch(entry -> there != null && entry.getValue().equals(there.get(entry.getKey())));
    }

    private static List<EphemeralContainer> ephemeral(List<EphemeralContainer> wanted, List<EphemeralContainer> there) {
        if (wanted.isEmpty()) {
            return List.of();
        }
        Set<String> names = there.stream().map(EphemeralContainer::getName).collect(Collectors.toSet());
        return wanted.stream()
                .filter(container -> !names.contains(container.getName()))
                .toList();
    }

    private static Map<String, Container> byName(List<Container> containers) {
        return containers.stream().collect(Collectors.toMap(Container::getName, Function.identity()));
    }
}
