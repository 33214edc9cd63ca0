// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Sees to it that a flag which names a file gets the file it must: one key of one Secret of the root namespace. A
 * template that mounts it already is left alone, whatever paths it prefers; otherwise the Secret is mounted at a path of
 * ours. That is how templates made for another layout of certificates still get this one, and how a template that says
 * nothing about certificates works. Edits the pod and container given.
 */
final class SecretFiles {
    private static final String MOUNT_ROOT = "/etc/virtualcluster/";
    private static final String VOLUME_PREFIX = "vc-";

    private final PodSpec pod;
    private final Container container;
    private final Arguments arguments;

    SecretFiles(PodSpec pod, Container container) {
        this.pod = pod;
        this.container = container;
        this.arguments = new Arguments(container);
    }

    /** Makes {@code flag} name a file that holds this key of this Secret. */
    void require(String flag, String secret, String key) {
        var wanted = new Source(secret, key);
        var present = arguments.get(flag).flatMap(this::source);
        if (present.filter(wanted::equals).isPresent()) {
            return;
        }
        mount(secret, key);
        arguments.set(flag, MOUNT_ROOT + secret + "/" + key);
    }

    /** Replaces what volumes of Secret {@code from} show: {@code key} of Secret {@code to} under the name {@code path}. */
    void redirect(String from, String to, String key, String path) {
        for (Volume volume : pod.getVolumes()) {
            var source = volume.getSecret();
            if (source != null
                    && from.equals(source.getSecretName())
                    && (source.getItems().isEmpty() || !from.equals(to))) {
                source.setSecretName(to);
                source.setItems(List.of(
                        new KeyToPathBuilder().withKey(key).withPath(path).build()));
            }
        }
    }

    /** Mounts no more of the Secret than the keys that are asked for: an authority's key stays out of most pods. */
    private void mount(String secret, String key) {
        String volumeName = VOLUME_PREFIX + secret;
        var volume = volume(volumeName).orElseGet(() -> addVolume(volumeName, secret));
        var items = new ArrayList<>(volume.getSecret().getItems());
        if (items.stream().noneMatch(item -> key.equals(item.getKey()))) {
            items.add(new KeyToPathBuilder().withKey(key).withPath(key).build());
            volume.getSecret().setItems(items);
        }
        if (container.getVolumeMounts().stream().noneMatch(mount -> volumeName.equals(mount.getName()))) {
            var mounts = new ArrayList<>(container.getVolumeMounts());
            mounts.add(new VolumeMountBuilder()
                    .withName(volumeName)
                    .withMountPath(MOUNT_ROOT + secret)
                    .withReadOnly(true)
                    .build());
            container.setVolumeMounts(mounts);
        }
    }

    private Volume addVolume(String name, String secret) {
        var volume = new VolumeBuilder()
                .withName(name)
                .withNewSecret()
                .withSecretName(secret)
                .endSecret()
                .build();
        var volumes = new ArrayList<>(pod.getVolumes());
        volumes.add(volume);
        pod.setVolumes(volumes);
        return volume;
    }

    private Optional<Source> source(String path) {
        for (VolumeMount mount : container.getVolumeMounts()) {
            String folder = mount.getMountPath().endsWith("/") ? mount.getMountPath() : mount.getMountPath() + "/";
            if (path.startsWith(folder) && mount.getSubPath() == null && mount.getSubPathExpr() == null) {
                String file = path.substring(folder.length());
                return volume(mount.getName()).flatMap(volume -> source(volume, file));
            }
        }
        return Optional.empty();
    }

    private Optional<Volume> volume(String name) {
        return pod.getVolumes().stream()
                .filter(volume -> name.equals(volume.getName()))
                .findFirst();
    }

    private static Optional<Source> source(Volume volume, String file) {
        if (volume.getSecret() != null) {
            String secret = volume.getSecret().getSecretName();
            return key(volume.getSecret().getItems(), file).map(key -> new Source(secret, key));
        }
        if (volume.getProjected() != null) {
            return volume.getProjected().getSources().stream()
                    .map(io.fabric8.kubernetes.api.model.VolumeProjection::getSecret)
                    .filter(Objects::nonNull)
                    .flatMap(secret ->
                            key(secret.getItems(), file).map(key -> new Source(secret.getName(), key)).stream())
                    .findFirst();
        }
        return Optional.empty();
    }

    private static Optional<String> key(List<KeyToPath> items, String file) {
        if (items.isEmpty()) {
            return Optional.of(file);
        }
        return items.stream()
                .filter(item -> file.equals(item.getPath()))
                .map(KeyToPath::getKey)
                .findFirst();
    }

    private record Source(String secret, String key) {}
}
