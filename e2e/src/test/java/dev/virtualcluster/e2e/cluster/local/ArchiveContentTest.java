// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveContentTest {
    @TempDir
    private Path folder;

    @Test
    void aDockerArchiveNamesItsImages() throws IOException {
        Path tar = archive("manifest.json", "[{\"Config\":\"c.json\",\"RepoTags\":[\"ghcr.io/a/b:1\",\"b:2\"]}]");

        assertThat(ArchiveContent.read(tar).names()).containsExactly("ghcr.io/a/b:1", "docker.io/library/b:2");
    }

    @Test
    void anOciArchiveNamesItsImages() throws IOException {
        Path tar = archive(
                "index.json",
                "{\"manifests\":[{\"digest\":\"sha256:1\",\"annotations\":{\"io.containerd.image.name\":\"registry.k8s.io/pause:3\"}}]}");

        assertThat(ArchiveContent.read(tar).names()).containsExactly("registry.k8s.io/pause:3");
    }

    @Test
    void otherBytesGiveAnotherIdentity() throws IOException {
        ArchiveContent one = ArchiveContent.read(archive("manifest.json", "[{\"Config\":\"1\"}]"));
        ArchiveContent same = ArchiveContent.read(archive("manifest.json", "[{\"Config\":\"1\"}]"));
        ArchiveContent other = ArchiveContent.read(archive("manifest.json", "[{\"Config\":\"2\"}]"));

        assertThat(same.identity()).isEqualTo(one.identity());
        assertThat(other.identity()).isNotEqualTo(one.identity());
    }

    @Test
    void anotherConfigurationGivesAnotherIdentity() throws IOException {
        String manifest = "[{\"Config\":\"config.json\",\"RepoTags\":[\"a/b:1\"]}]";
        ArchiveContent one =
                ArchiveContent.read(archive(Map.of("config.json", "{\"Cmd\":[1]}", "manifest.json", manifest)));
        ArchiveContent other =
                ArchiveContent.read(archive(Map.of("config.json", "{\"Cmd\":[2]}", "manifest.json", manifest)));

        assertThat(other.names()).isEqualTo(one.names());
        assertThat(other.identity()).isNotEqualTo(one.identity());
    }

    @Test
    void whatIsNoImageArchiveIsRefused() throws IOException {
        Path tar = archive("hello.txt", "hello");
        Path text = Files.writeString(folder.resolve("text"), "no tar");

        assertThatThrownBy(() -> ArchiveContent.read(tar))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("no image archive");
        assertThatThrownBy(() -> ArchiveContent.read(text)).isInstanceOf(ClusterException.class);
        assertThatThrownBy(() -> ArchiveContent.read(folder.resolve("absent")))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("absent");
    }

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox",
        "library/busybox:1, docker.io/library/busybox:1",
        "ghcr.io/virtualcluster/syncer:0.1.0, ghcr.io/virtualcluster/syncer:0.1.0",
        "localhost/x, localhost/x",
        "host:5000/x, host:5000/x"
    })
    void shortNamesMeanDockerHub(String name, String full) {
        assertThat(ArchiveContent.fullName(name)).isEqualTo(full);
    }

    private Path archive(String entry, String content) throws IOException {
        return archive(Map.of(entry, content));
    }

    private Path archive(Map<String, String> entries) throws IOException {
        Path file = Files.createTempFile(folder, "archive", ".tar");
        try (var tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            for (var entry : new TreeMap<>(entries).entrySet()) {
                byte[] bytes = entry.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry header = new TarArchiveEntry(entry.getKey());
                header.setSize(bytes.length);
                tar.putArchiveEntry(header);
                tar.write(bytes);
                tar.closeArchiveEntry();
            }
        }
        return file;
    }
}
