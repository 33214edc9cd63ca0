// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code versions.properties} is the one place; the Go modules that build the programs must say the same. */
class VersionsTest {
    private static final Path BINARIES = ClusterSettings.checkoutOf(Path.of("")).resolve("e2e/binaries");

    @Test
    void modulesPinTheVersionsWritten() throws IOException {
        Versions versions = Versions.load();
        for (var module : Map.of(
                        "kubernetes", "k8s.io/kubernetes",
                        "etcd", "go.etcd.io/etcd/server/v3",
                        "containerd", "github.com/containerd/containerd/v2",
                        "coredns", "github.com/coredns/coredns")
                .entrySet()) {
            String text = Files.readString(BINARIES.resolve(module.getKey()).resolve("go.mod"));
            assertThat(text)
                    .as("go.mod of " + module.getKey())
                    .contains(module.getValue() + " " + versions.of(module.getKey()));
        }
    }

    @Test
    void imagesOfOurProgramsCarryTheirVersions() {
        Versions versions = Versions.load();

        assertThat(versions.image("kube-apiserver")).endsWith(":" + versions.of("kubernetes"));
        assertThat(versions.image("kube-controller-manager")).endsWith(":" + versions.of("kubernetes"));
        assertThat(versions.image("coredns")).endsWith(":" + versions.of("coredns"));
        assertThat(versions.image("etcd")).contains(versions.of("etcd").substring(1));
        assertThat(versions.image("k3s")).contains(versions.of("kubernetes"));
    }
}
