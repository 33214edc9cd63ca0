// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes down which containers are the tenant's own. Webhooks of the super cluster may add others, which the node agent
 * then keeps the tenant out of.
 */
final class ContainersStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        draft.getMetadata().getAnnotations().put(Keys.CONTAINERS, names(source.getSpec()));
    }

    /** The names of all containers as the node agent reads them: joined by commas, which no name has. */
    static String names(PodSpec spec) {
        return Stream.of(
                        spec.getContainers().stream().map(Container::getName),
                        spec.getInitContainers().stream().map(Container::getName),
                        spec.getEphemeralContainers().stream().map(EphemeralContainer::getName))
                .flatMap(names -> names)
                .collect(Collectors.joining(","));
    }
}
