// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** Environment of the containers and init containers; see {@link Environment}. */
final class EnvironmentStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        Environment environment = new Environment(source, context);
        convert(draft.getSpec().getContainers(), environment);
        convert(draft.getSpec().getInitContainers(), environment);
    }

    private static void convert(List<Container> containers, Environment environment) {
        for (Container container : containers) {
            container.setEnv(environment.convert(container.getEnv()));
        }
    }
}
