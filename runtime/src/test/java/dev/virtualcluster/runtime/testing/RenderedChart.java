// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the Helm chart renders, as reviewed and committed: what each process is started with in a cluster, and what it may
 * do there. Read from any module's tests, because the chart cannot know which flags a process has or what it asks for.
 */
public final class RenderedChart {
    private static final Path GOLDEN = Path.of("../charts/src/test/resources/values");
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---$");
    private static final Pattern WORKLOAD = Pattern.compile("(?m)^kind: (Deployment|DaemonSet)$");
    private static final Pattern RIGHTS = Pattern.compile("(?m)^kind: (Cluster)?Role(Binding)?$");

    private RenderedChart() {}

    /** The container of this name, once for every set of values that is rendered. */
    public static List<Container> containers(String name) {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            List<Container> found = files.filter(file -> file.toString().endsWith(".golden.yaml"))
                    .sorted()
                    .flatMap(file -> containers(file, name))
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalStateException("the chart renders no container " + name);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of a container's environment variable, where the chart spells it out. */
    public static Optional<String> variable(Container container, String name) {
        return container.getEnv().stream()
                .filter(variable -> name.equals(variable.getName()) && variable.getValue() != null)
                .map(variable -> String.valueOf(variable.getValue()))
                .findFirst();
    }

    /** Roles and bindings of this name, as an installation with no values of its own in {@code vc-system} has them. */
    public static List<HasMetadata> rights(String name) {
        KubernetesSerialization serialization = new KubernetesSerialization();
        return documents(GOLDEN.resolve("default.golden.yaml"))
                .filter(text -> RIGHTS.matcher(text).find())
                .map(text -> serialization.<HasMetadata>unmarshal(text))
                .filter(object -> name.equals(object.getMetadata().getName()))
                .toList();
    }

    private static Stream<Container> containers(Path file, String name) {
        KubernetesSerialization serialization = new KubernetesSerialization();
        return documents(file)
                .filter(text -> WORKLOAD.matcher(text).find())
                .map(text -> pod(serialization.<HasMetadata>unmarshal(text)))
                .flatMap(pod -> pod.getContainers().stream())
                .filter(container -> name.equals(container.getName()));
    }

    private static Stream<String> documents(Path file) {
        try {
            return SEPARATOR.splitAsStream(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PodSpec pod(HasMetadata workload) {
        return switch (workload) {
            case Deployment deployment -> deployment.getSpec().getTemplate().getSpec();
            case DaemonSet daemonSet -> daemonSet.getSpec().getTemplate().getSpec();
            default -> throw new IllegalArgumentException("no workload: " + workload.getKind());
        };
    }
}
