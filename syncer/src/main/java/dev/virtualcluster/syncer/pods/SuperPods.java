// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.List;

/**
 * What is remembered of the super cluster's pods: metadata, status, and of the spec what can change or is looked at. Most
 * of a pod's bytes never change after its creation; they are not worth memory.
 */
final class SuperPods {
    private SuperPods() {}

    /** Changes and returns its argument. */
    static Pod trimmed(Pod pod) {
        PodSpec full = pod.getSpec();
        if (full == null) {
            return pod;
        }
        pod.setSpec(new PodSpecBuilder()
                .withNodeName(full.getNodeName())
                .withActiveDeadlineSeconds(full.getActiveDeadlineSeconds())
                .withTerminationGracePeriodSeconds(full.getTerminationGracePeriodSeconds())
                .withTolerations(full.getTolerations())
                .withReadinessGates(full.getReadinessGates())
                .withResources(full.getResources())
                .withContainers(trimmed(full.getContainers()))
                .withInitContainers(trimmed(full.getInitContainers()))
                .withEphemeralContainers(full.getEphemeralContainers().stream()
                        .map(SuperPods::trimmed)
                        .toList())
                .build());
        return pod;
    }

    private static List<Container> trimmed(List<Container> containers) {
        return containers.stream()
                .map(container -> new ContainerBuilder()
                        .withName(container.getName())
                        .withImage(container.getImage())
                        .withResources(container.getResources())
                        .build())
                .toList();
    }

    private static EphemeralContainer trimmed(EphemeralContainer container) {
        return new EphemeralContainerBuilder().withName(container.getName()).build();
    }
}
