// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.images.ImageFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The programs of the cluster, built by {@code e2e/binaries/build.sh} from pinned Go modules into a cache of the user's;
 * a folder there is complete, because it is renamed into place when it is.
 */
final class Binaries {
    private static final List<String> FAMILIES =
            List.of("tools", "etcd", "kubernetes", "containerd", "coredns", "agnhost");

    private final Map<String, Path> folders;

    /** One family that not every cluster needs, built when it is missing. */
    Path onRequest(Path checkout, String family, Progress progress) {
        Path script = checkout.resolve("e2e/binaries/build.sh");
        build(script, List.of(family), progress);
        return Path.of(Commands.run(script.toString(), "--print-dir", family).strip());
    }

    private Binaries(Map<String, Path> folders) {
        this.folders = folders;
    }

    /** Finds all programs, building what is missing. */
    static Binaries prepare(Path checkout, Progress progress) {
        Path script = checkout.resolve("e2e/binaries/build.sh");
        Map<String, Path> folders = locate(script);
        List<String> missing = FAMILIES.stream()
                .filter(f -> !Files.exists(folder(folders, f).resolve("SHA256SUMS")))
                .toList();
        if (!missing.isEmpty()) {
            progress.say("building the programs of Kubernetes from their Go modules: " + String.join(", ", missing)
                    + " (about ten minutes on two cores; only once)");
            build(script, missing, progress);
        }
        return new Binaries(folders);
    }

    private static Map<String, Path> locate(Path script) {
        List<String> command = new ArrayList<>(List.of(script.toString(), "--print-dir"));
        command.addAll(FAMILIES);
        Commands.Finished finished = Commands.tryRun(command, "");
        if (!finished.succeeded()) {
            throw new ClusterException(finished.output().strip());
        }
        List<String> lines = finished.output().strip().lines().toList();
        Map<String, Path> folders = new HashMap<>();
        for (int i = 0; i < FAMILIES.size(); i++) {
            folders.put(FAMILIES.get(i), Path.of(lines.get(i)));
        }
        return folders;
    }

    private static void build(Path script, List<String> families, Progress progress) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(families);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            List<String> lines = new ArrayList<>();
            try (var reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                    progress.say(line);
                }
            }
            if (process.waitFor() != 0) {
                throw new ClusterException("Building the programs of Kubernetes failed: "
                        + (lines.isEmpty() ? "no output" : lines.getLast()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("running " + script, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while building programs.", e);
        }
    }

    /** The cache folder that holds all of them. */
    Path cache() {
        return Objects.requireNonNull(folder("tools").getParent());
    }

    /** The cache's folder for images made of these programs. */
    Path images() {
        return cache().resolveSibling("images");
    }

    /** Changes when any program does, and with it the images that are made of them. */
    String identity() {
        return ImageFactory.RECIPE + " " + new TreeMap<>(folders);
    }

    Path folder(String family) {
        return folder(folders, family);
    }

    private static Path folder(Map<String, Path> folders, String family) {
        Path folder = folders.get(family);
        if (folder == null) {
            throw new IllegalArgumentException("no family of programs called " + family);
        }
        return folder;
    }

    Path program(String family, String name) {
        return folder(family).resolve(name);
    }
}
