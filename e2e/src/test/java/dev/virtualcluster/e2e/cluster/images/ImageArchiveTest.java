// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.cluster.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ImageArchiveTest {
    @TempDir
    private Path folder;

    @Test
    void everyBlobIsWhatItsNameSays() throws IOException {
        Map<String, byte[]> entries = read(write("one.tar"));

        entries.forEach((name, bytes) -> {
            if (name.startsWith("blobs/sha256/")) {
                assertThat("blobs/sha256/"
                                + HexFormat.of().formatHex(Digests.sha256().digest(bytes)))
                        .isEqualTo(name);
            }
        });
        JsonNode index = json(entries, "index.json");
        assertThat(index.at("/manifests/0/annotations/io.containerd.image.name").asString())
                .isEqualTo("registry.k8s.io/test:1");
        JsonNode manifest = json(entries, blob(index.at("/manifests/0/digest")));
        JsonNode config = json(entries, blob(manifest.at("/config/digest")));
        assertThat(config.at("/config/Entrypoint/0").asString()).isEqualTo("/test");
        assertThat(config.at("/config/Cmd/0").asString()).isEqualTo("pause");
        assertThat(config.at("/config/User").asString()).isEqualTo("65532:65532");
        assertThat(manifest.path("layers")).hasSize(2);
        assertThat(config.at("/rootfs/diff_ids/1").asString())
                .isEqualTo(manifest.at("/layers/1/digest").asString());
    }

    @Test
    void theSameContentGivesTheSameBytes() throws IOException {
        assertThat(Files.readAllBytes(write("one.tar"))).isEqualTo(Files.readAllBytes(write("two.tar")));
    }

    @Test
    void layersHoldFilesLinksAndFoldersOfRoot() throws IOException {
        Path program = Files.writeString(folder.resolve("program"), "#!");
        try (Layers layers = new Layers(folder)) {
            layers.add(layer -> layer.program("usr/bin/test", program)
                    .link("bin/test", "/usr/bin/test")
                    .folder("tmp", 01777)
                    .text("etc/name", "x"));
            Map<String, TarArchiveEntry> headers = new LinkedHashMap<>();
            try (var tar = new TarArchiveInputStream(
                    Files.newInputStream(layers.files().getFirst()))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    headers.put(entry.getName(), entry);
                }
            }
            assertThat(headers.keySet())
                    .as("a folder comes before what is in it, and once")
                    .containsExactly(
                            "usr/", "usr/bin/", "usr/bin/test", "bin/", "bin/test", "tmp/", "etc/", "etc/name");
            assertThat(headers.values()).allSatisfy(header -> {
                assertThat(header.getLongUserId()).isZero();
                assertThat(header.getModTime().getTime()).isZero();
            });
            assertThat(headers.get("usr/bin/test"))
                    .extracting(TarArchiveEntry::getMode)
                    .isEqualTo(0755);
        }
    }

    private Path write(String name) throws IOException {
        Path archive = folder.resolve(name);
        try (Layers layers = new Layers(folder)) {
            layers.add(layer -> layer.text("one", "1")).add(layer -> layer.text("two", "2"));
            ImageArchive.write(
                    archive,
                    "registry.k8s.io/test:1",
                    layers.files(),
                    ImageArchive.Start.of("/test").with("pause").as("65532:65532"));
        }
        assertThat(List.of(folder.toFile().list()))
                .as("no temporary file stays")
                .noneMatch(file -> file.startsWith("."));
        return archive;
    }

    private static Map<String, byte[]> read(Path archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (var tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.put(entry.getName(), tar.readAllBytes());
            }
        }
        return entries;
    }

    private static String blob(JsonNode digest) {
        return "blobs/" + digest.asString().replace(':', '/');
    }

    private static JsonNode json(Map<String, byte[]> entries, String name) {
        return new JsonMapper().readTree(entries.getOrDefault(name, new byte[0]));
    }
}
