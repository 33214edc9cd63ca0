// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.Digests;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an image archive says of itself without being unpacked: its images' full names, and an identity that changes when
 * their bytes do. Tables of contents name layers by digest, so their own digest, with that of the configurations beside
 * them, stands for all.
 */
record ArchiveContent(Path file, List<String> names, String identity) {
    static ArchiveContent read(Path file) {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            MessageDigest identity = Digests.sha256();
            List<String> names = null;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (!entry.getName().endsWith(".json")) {
                    continue;
                }
                // A Docker archive's manifest names its layers by their digests, but not its configuration.
                byte[] contents = tar.readAllBytes();
                identity.update(contents);
                if (entry.getName().equals("manifest.json")) {
                    names = dockerNames(new JsonMapper().readTree(contents));
                } else if (entry.getName().equals("index.json") && names == null) {
                    names = ociNames(new JsonMapper().readTree(contents));
                }
            }
            if (names != null) {
                return new ArchiveContent(file, names, HexFormat.of().formatHex(identity.digest()));
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
}
