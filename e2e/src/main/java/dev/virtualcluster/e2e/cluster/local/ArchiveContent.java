// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an image archive says of itself without being unpacked: its images' full names, and an identity that changes when
 * their bytes do. The table of contents names every blob by digest, so its own digest stands for all of them.
 */
record ArchiveContent(Path file, List<String> names, String identity) {
    static ArchiveContent read(Path file) {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                boolean docker = entry.getName().equals("manifest.json");
                if (docker || entry.getName().equals("index.json")) {
                    byte[] contents = tar.readAllBytes();
                    JsonNode json = new JsonMapper().readTree(contents);
                    return new ArchiveContent(file, docker ? dockerNames(json) : ociNames(json), digest(contents));
                }
            }
        } catch (IOException e) {
            throw new ClusterException("The image archive " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
        throw new ClusterException(
                file + " is no image archive: it has neither manifest.json (Docker) nor index.json (OCI).");
    }

    private static List<String> dockerNames(JsonNode manifest) {
        List<String> names = new ArrayList<>();
        manifest.forEach(image -> image.path("RepoTags").forEach(tag -> names.add(fullName(tag.asString()))));
        return List.copyOf(names);
    }

    private static List<String> ociNames(JsonNode index) {
        List<String> names = new ArrayList<>();
        index.path("manifests").forEach(image -> {
            String name =
                    image.path("annotations").path("io.containerd.image.name").asString("");
            if (!name.isEmpty()) {
                names.add(fullName(name));
            }
        });
        return List.copyOf(names);
    }

    /** Docker's short names mean Docker Hub. */
    static String fullName(String name) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
            return name;
        }
        return "docker.io/" + (slash < 0 ? "library/" : "") + name;
    }

    private static String digest(byte[] contents) {
        return HexFormat.of().formatHex(Digests.sha256().digest(contents));
    }
}
