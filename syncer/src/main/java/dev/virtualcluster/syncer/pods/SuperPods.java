// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What is remembered of the super cluster's pods: metadata, status, and of the spec what can change or is looked at. Most
 * of a pod's bytes never change after its creation; they are not worth memory. Plain setters: the
 * model's builders copy every list through visitors, for each event of each pod.
 */
final class SuperPods {
    private SuperPods() {}

    /** Changes and returns its argument. */
    static Pod trimmed(Pod pod) {
        PodSpec full = pod.getSpec();
        if (full == null) {
            return pod;
        }
        PodSpec kept = new PodSpec();
        kept.setNodeName(full.getNodeName());
        kept.setActiveDeadlineSeconds(full.getActiveDeadlineSeconds());
        kept.setTerminationGracePeriodSeconds(full.getTerminationGracePeriodSeconds());
        kept.setTolerations(full.getTolerations());
        kept.setReadinessGates(full.getReadinessGates());
        kept.setResources(full.getResources());
        kept.setContainers(each(full.getContainers(), SuperPods::trimmed));
        kept.setInitContainers(each(full.getInitContainers(), SuperPods::trimmed));
        kept.setEphemeralContainers(each(full.getEphemeralContainers(), SuperPods::trimmed));
        pod.setSpec(kept);
        return pod;
    }

    private static <T> List<T> each(List<T> full, UnaryOperator<T> trim) {
        List<T> kept = new ArrayList<>(full.size());
        full.forEach(one -> kept.add(trim.apply(one)));
        return kept;
    }

    private static Container trimmed(Container container) {
        Container kept = new Container();
        kept.setName(container.getName());
        kept.setImage(container.getImage());
        kept.setResources(container.getResources());
        return kept;
    }

    private static EphemeralContainer trimmed(EphemeralContainer container) {
        EphemeralContainer kept = new EphemeralContainer();
        kept.setName(container.getName());
        return kept;
    }
}
