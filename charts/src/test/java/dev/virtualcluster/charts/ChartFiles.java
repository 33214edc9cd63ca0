// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.charts;

import dev.virtualcluster.runtime.testing.Crds;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the chart, its fixtures and the examples lie, and how they are read. */
final class ChartFiles {
    static final Path CHART = Path.of(System.getProperty("chart")).normalize();
    static final Path FIXTURES = CHART.resolveSibling("src/test/resources");
    static final Path EXAMPLES = CHART.resolve("../../examples").normalize();

    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---$");

    private ChartFiles() {}

    /** The YAML files of a folder whose names begin so, in the order of their names. */
    static List<Path> yaml(Path folder, String prefix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's documents, none of them interpreted. */
    static List<GenericKubernetesResource> documents(KubernetesClient client, Path file) {
        try {
            return SEPARATOR
                    .splitAsStream(Files.readString(file))
                    .map(text -> client.getKubernetesSerialization().unmarshal(text, GenericKubernetesResource.class))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Installs the CRDs as an admin would, and waits until they serve. */
    static void applyCrds(KubernetesClient client) {
        for (Path file : yaml(CHART.resolve("crds"), "")) {
            for (GenericKubernetesResource crd : documents(client, file)) {
                client.resource(crd).forceConflicts().serverSideApply();
            }
        }
        for (String name : List.of("virtualclusters.tenancy.x-k8s.io", "clusterversions.tenancy.x-k8s.io")) {
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(name)
                    .waitUntilCondition(Crds::isEstablished, 30, java.util.concurrent.TimeUnit.SECONDS);
        }
    }
}
