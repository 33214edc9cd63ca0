// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Pairs of files: {@code NAME.tenant.yaml} holds a tenant's pod, {@code NAME.super.yaml} the pod it becomes. Written
 * anew by {@code mvn test -pl syncer -Dtest=PodConversionTest -Dgolden.update=true}; review the difference.
 */
final class PodFixtures {
    static final boolean UPDATE = Boolean.getBoolean("golden.update");
    private static final Path FOLDER = Path.of("src/test/resources/pods/conversion");
    private static final String TENANT = ".tenant.yaml";
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private PodFixtures() {}

    static List<String> names() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(TENANT))
                    .map(name -> name.substring(0, name.length() - TENANT.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Pod tenantPod(String name) {
        return YAML.unmarshal(read(FOLDER.resolve(name + TENANT)), Pod.class);
    }

    static Map<?, ?> expected(String name) {
        return YAML.unmarshal(read(golden(name)), Map.class);
    }

    static Map<?, ?> tree(Pod pod) {
        return YAML.unmarshal(YAML.asYaml(pod), Map.class);
    }

    static String json(Object value) {
        return YAML.asJson(value);
    }

    static void update(String name, Pod converted) {
        try {
            Files.writeString(golden(name), YAML.asYaml(sorted(tree(converted))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same tree with sorted keys, so that a file changes only where its content does. */
    private static Object sorted(Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.forEach((key, value) -> sorted.put(String.valueOf(key), sorted(value)));
                yield sorted;
            }
            case List<?> list -> list.stream().map(PodFixtures::sorted).toList();
            default -> tree;
        };
    }

    private static Path golden(String name) {
        return FOLDER.resolve(name + ".super.yaml");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
