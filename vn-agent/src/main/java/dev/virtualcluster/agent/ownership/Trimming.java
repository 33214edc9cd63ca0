// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.ownership;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cuts namespaces and pods down to what ownership needs, and reads that. Pure functions. */
final class Trimming {
    private Trimming() {}

    /** Name, our annotations, and whether it is going. */
    static Namespace namespace(Namespace whole) {
        return new NamespaceBuilder().withMetadata(metadata(whole)).build();
    }

    /** The same, with the node's and the containers' names. */
    static Pod pod(Pod whole) {
        PodSpec spec = whole.getSpec();
        return new PodBuilder()
                .withMetadata(metadata(whole))
                .withNewSpec()
                .withNodeName(spec.getNodeName())
                .withContainers(names(spec.getContainers()))
                .withInitContainers(names(spec.getInitContainers()))
                .withEphemeralContainers(orEmpty(spec.getEphemeralContainers()).stream()
                        .map(container -> new EphemeralContainerBuilder()
                                .withName(container.getName())
                                .build())
                        .toList())
                .endSpec()
                .build();
    }

    static NamespaceRecord toRecord(Namespace namespace) {
        return new NamespaceRecord(
                namespace.getMetadata().getName(),
                annotations(namespace),
                namespace.getMetadata().getDeletionTimestamp() != null);
    }

    static PodRecord toRecord(Pod pod) {
        PodSpec spec = pod.getSpec();
        Set<String> containers = new HashSet<>();
        orEmpty(spec.getContainers()).forEach(container -> containers.add(container.getName()));
        orEmpty(spec.getInitContainers()).forEach(container -> containers.add(container.getName()));
        for (EphemeralContainer container : orEmpty(spec.getEphemeralContainers())) {
            containers.add(container.getName());
        }
        @Nullable String node = spec.getNodeName();
        return new PodRecord(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                pod.getMetadata().getUid(),
                node == null ? "" : node,
                annotations(pod),
                containers);
    }

    private static ObjectMeta metadata(HasMetadata object) {
        ObjectMeta meta = object.getMetadata();
        return new ObjectMetaBuilder()
                .withName(meta.getName())
                .withNamespace(meta.getNamespace())
                .withUid(meta.getUid())
                .withResourceVersion(meta.getResourceVersion())
                .withDeletionTimestamp(meta.getDeletionTimestamp())
                .withAnnotations(annotations(object))
                .build();
    }

    private static Map<String, String> annotations(HasMetadata object) {
        Map<String, String> ours = new HashMap<>();
        @Nullable Map<String, String> all = object.getMetadata().getAnnotations();
        (all == null ? Map.<String, String>of() : all).forEach((key, value) -> {
            if (key.startsWith(Keys.PREFIX)) {
                ours.put(key, value);
            }
        });
        return ours;
    }

    private static List<Container> names(@Nullable List<Container> containers) {
        return orEmpty(containers).stream()
                .map(container ->
                        new ContainerBuilder().withName(container.getName()).build())
                .toList();
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
