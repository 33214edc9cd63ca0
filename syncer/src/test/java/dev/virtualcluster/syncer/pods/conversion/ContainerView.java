// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a container of a super pod can find out: its spec less what only the scheduler reads, and fields it asks for. */
final class ContainerView {
    private ContainerView() {}

    /** Places where the containers would see the tenant key, the super namespace included. */
    static List<String> leaks(Pod converted, String tenantKey) {
        List<String> leaks = new ArrayList<>();
        PodSpec visible = new PodBuilder(converted)
                .editSpec()
                .withAffinity(null)
                .withTopologySpreadConstraints(List.of())
                .endSpec()
                .build()
                .getSpec();
        if (PodFixtures.json(visible).contains(tenantKey)) {
            leaks.add("spec: " + PodFixtures.json(visible));
        }
        fields(converted).forEach(selector -> {
            String path = selector.getFieldPath();
            if (value(path, converted).contains(tenantKey)) {
                leaks.add(path);
            }
        });
        return leaks;
    }

    private static String value(String path, Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        TenantFields.Entry entry = TenantFields.Entry.parse(path);
        if (entry != null) {
            return entry.valueIn(pod);
        }
        return switch (path) {
            case TenantFields.NAMESPACE -> pod.getMetadata().getNamespace();
            case TenantFields.LABELS -> FieldText.of(labels);
            case TenantFields.ANNOTATIONS -> FieldText.of(annotations);
            default -> "";
        };
    }

    private static Stream<ObjectFieldSelector> fields(Pod pod) {
        Stream<ObjectFieldSelector> ofVolumes = pod.getSpec().getVolumes().stream()
                .flatMap(volume -> {
                    List<DownwardAPIVolumeFile> files = new ArrayList<>();
                    if (volume.getDownwardAPI() != null) {
                        files.addAll(volume.getDownwardAPI().getItems());
                    }
                    if (volume.getProjected() != null) {
                        volume.getProjected().getSources().forEach(source -> {
                            if (source.getDownwardAPI() != null) {
                                files.addAll(source.getDownwardAPI().getItems());
                            }
                        });
                    }
                    return files.stream();
                })
                .flatMap(file -> Stream.ofNullable(file.getFieldRef()));
        Stream<ObjectFieldSelector> ofEnvironment = Stream.of(
                        pod.getSpec().getContainers(), pod.getSpec().getInitContainers())
                .flatMap(List::stream)
                .flatMap(container -> container.getEnv().stream())
                .flatMap(variable -> variable.getValueFrom() == null
                        ? Stream.empty()
                        : Stream.ofNullable(variable.getValueFrom().getFieldRef()));
        return Stream.concat(ofVolumes, ofEnvironment);
    }
}
