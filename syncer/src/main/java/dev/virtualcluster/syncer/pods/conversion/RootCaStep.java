// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.apis.names.NameTranslator;
import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;

/** References to ConfigMaps whose name differs in the super cluster: {@code kube-root-ca.crt} is the super cluster's own there. */
final class RootCaStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        draft.getSpec().getVolumes().forEach(RootCaStep::convert);
        draft.getSpec().getContainers().forEach(RootCaStep::convert);
        draft.getSpec().getInitContainers().forEach(RootCaStep::convert);
    }

    private static void convert(Volume volume) {
        if (volume.getConfigMap() != null) {
            volume.getConfigMap().setName(renamed(volume.getConfigMap().getName()));
        }
        if (volume.getProjected() != null) {
            volume.getProjected().getSources().forEach(projection -> {
                if (projection.getConfigMap() != null) {
                    projection
                            .getConfigMap()
                            .setName(renamed(projection.getConfigMap().getName()));
                }
            });
        }
    }

    private static void convert(Container container) {
        convert(container.getEnv(), container.getEnvFrom());
    }

    /** Converts the references of one container's environment in place. */
    static void convert(List<EnvVar> variables, List<EnvFromSource> sources) {
        for (EnvVar variable : variables) {
            ConfigMapKeySelector selector = variable.getValueFrom() == null
                    ? null
                    : variable.getValueFrom().getConfigMapKeyRef();
            if (selector != null) {
                selector.setName(renamed(selector.getName()));
            }
        }
        for (EnvFromSource from : sources) {
            ConfigMapEnvSource configMap = from.getConfigMapRef();
            if (configMap != null) {
                configMap.setName(renamed(configMap.getName()));
            }
        }
    }

    private static String renamed(String configMap) {
        return NameTranslator.superConfigMapName(configMap);
    }
}
