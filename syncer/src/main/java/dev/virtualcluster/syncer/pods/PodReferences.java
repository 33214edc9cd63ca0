// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects the Secrets and ConfigMaps that a tenant's pod names, and what else a kubelet would look for by name, in the
 * tenant's words. Pure; for one thread.
 */
final class PodReferences {
    /** What an API server takes for a name; nothing else can stand anywhere. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    /** One of them. */
    record Reference(Class<? extends HasMetadata> type, String name) {
        @Override
        public String toString() {
            return type.getSimpleName() + " " + name;
        }
    }

    private final Set<Reference> found = new LinkedHashSet<>();

    private PodReferences() {}

    /** All of a pod, of containers of every kind. */
    static Set<Reference> of(PodSpec spec) {
        PodReferences references = new PodReferences();
        spec.getVolumes().forEach(references::addShown);
        spec.getVolumes().forEach(references::addCredentials);
        spec.getVolumes().forEach(references::addServers);
        Stream.of(spec.getContainers(), spec.getInitContainers())
                .flatMap(List::stream)
                .forEach(container -> references.add(container.getEnv(), container.getEnvFrom()));
        spec.getEphemeralContainers().forEach(container -> references.add(container.getEnv(), container.getEnvFrom()));
        spec.getImagePullSecrets().forEach(references::addSecret);
        return references.found;
    }

    /** What volumes show to containers; without the credentials that others need to mount them. */
    static Set<Reference> shownBy(List<Volume> volumes) {
        PodReferences references = new PodReferences();
        volumes.forEach(references::addShown);
        return references.found;
    }

    /** Those of one container. */
    static Set<Reference> of(EphemeralContainer container) {
        PodReferences references = new PodReferences();
        references.add(container.getEnv(), container.getEnvFrom());
        return references.found;
    }

    private void addShown(Volume volume) {
        if (volume.getSecret() != null) {
            addSecret(volume.getSecret().getSecretName());
        }
        if (volume.getConfigMap() != null) {
            addConfigMap(volume.getConfigMap().getName());
        }
        if (volume.getProjected() != null) {
            volume.getProjected().getSources().forEach(this::add);
        }
    }

    private void add(VolumeProjection projection) {
        if (projection.getSecret() != null) {
            addSecret(projection.getSecret().getName());
        }
        if (projection.getConfigMap() != null) {
            addConfigMap(projection.getConfigMap().getName());
        }
    }

    /** With what the kubelet, or a driver for it, proves itself to a store outside. */
    private void addCredentials(Volume volume) {
        if (volume.getAzureFile() != null) {
            addSecret(volume.getAzureFile().getSecretName());
        }
        Stream.of(
                        volume.getCsi() == null ? null : volume.getCsi().getNodePublishSecretRef(),
                        volume.getFlexVolume() == null
                                ? null
                                : volume.getFlexVolume().getSecretRef(),
                        volume.getIscsi() == null ? null : volume.getIscsi().getSecretRef(),
                        volume.getRbd() == null ? null : volume.getRbd().getSecretRef(),
                        volume.getCephfs() == null ? null : volume.getCephfs().getSecretRef(),
                        volume.getCinder() == null ? null : volume.getCinder().getSecretRef(),
                        volume.getScaleIO() == null ? null : volume.getScaleIO().getSecretRef(),
                        volume.getStorageos() == null
                                ? null
                                : volume.getStorageos().getSecretRef())
                .forEach(this::addSecret);
    }

    /** Whom the kubelet would ask for the volume. */
    private void addServers(Volume volume) {
        if (volume.getGlusterfs() != null) {
            add(Endpoints.class, volume.getGlusterfs().getEndpoints());
        }
    }

    private void add(List<EnvVar> variables, List<EnvFromSource> sources) {
        for (EnvVar variable : variables) {
            var from = variable.getValueFrom();
            if (from != null && from.getSecretKeyRef() != null) {
                addSecret(from.getSecretKeyRef().getName());
            }
            if (from != null && from.getConfigMapKeyRef() != null) {
                addConfigMap(from.getConfigMapKeyRef().getName());
            }
        }
        for (EnvFromSource from : sources) {
            if (from.getSecretRef() != null) {
                addSecret(from.getSecretRef().getName());
            }
            if (from.getConfigMapRef() != null) {
                addConfigMap(from.getConfigMapRef().getName());
            }
        }
    }

    private void addSecret(@Nullable LocalObjectReference reference) {
        addSecret(reference == null ? null : reference.getName());
    }

    private void addSecret(@Nullable String name) {
        add(Secret.class, name);
    }

    private void addConfigMap(@Nullable String name) {
        add(ConfigMap.class, name);
    }

    private void add(Class<? extends HasMetadata> type, @Nullable String name) {
        if (name != null && NAME.matcher(name).matches()) {
            found.add(new Reference(type, name));
        }
    }
}
