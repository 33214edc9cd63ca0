// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/**
 * Environment and references of ephemeral containers, as of the other containers. They cannot be part of a creation, so
 * whoever creates the pod leaves them out and adds them through their sub-resource.
 */
final class EphemeralContainersStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        List<EphemeralContainer> containers = draft.getSpec().getEphemeralContainers();
        if (containers.isEmpty()) {
            return;
        }
        Environment environment = new Environment(source, context);
        for (EphemeralContainer container : containers) {
            container.setEnv(environment.convert(container.getEnv()));
            RootCaStep.convert(container.getEnv(), container.getEnvFrom());
        }
    }
}
