// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The images in one node's containerd. */
final class NodeImages {
    private final Binaries binaries;
    private final StateFolder state;
    private final Node node;

    NodeImages(Binaries binaries, StateFolder state, Node node) {
        this.binaries = binaries;
        this.state = state;
        this.node = node;
    }

    /** Imports the archives whose images containerd does not hold already; returns the names that were imported. */
    List<String> ensure(List<ArchiveContent> archives) {
        Map<String, String> present = present();
        List<String> imported = new ArrayList<>();
        for (ArchiveContent archive : archives) {
            if (!holds(present, archive)) {
                containerd("images", "import", archive.file().toString());
                record(archive);
                imported.addAll(archive.names());
            }
        }
        return imported;
    }

    /** Notes that the node has all images a cluster of these programs starts with. */
    void markComplete() {
        try {
            Files.writeString(record("complete"), binaries.identity());
        } catch (IOException e) {
            throw new UncheckedIOException("recording imported images", e);
        }
    }

    boolean isComplete() {
        try {
            Path record = record("complete");
            return Files.exists(record) && Files.readString(record).equals(binaries.identity());
        } catch (IOException e) {
            throw new UncheckedIOException("reading the record of imported images", e);
        }
    }

    void say(List<String> imported, Progress progress) {
        if (!imported.isEmpty()) {
            progress.say(node.name() + ": imported " + String.join(", ", imported));
        }
    }

    private boolean holds(Map<String, String> present, ArchiveContent archive) {
        try {
            Path record = record(archive.identity());
            if (!Files.exists(record)) {
                return false;
            }
            List<String> lines = Files.readAllLines(record);
            return !lines.isEmpty()
                    && lines.stream().allMatch(line -> {
                        int blank = line.indexOf(' ');
                        return line.substring(blank + 1).equals(present.get(line.substring(0, blank)));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("reading the record of imported images", e);
        }
    }

    private void record(ArchiveContent archive) {
        Map<String, String> present = present();
        StringBuilder lines = new StringBuilder();
        archive.names().stream()
                .filter(present::containsKey)
                .forEach(name ->
                        lines.append(name).append(' ').append(present.get(name)).append('\n'));
        try {
            Path record = record(archive.identity());
            Files.createDirectories(record.resolveSibling("."));
            Files.writeString(record, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("recording imported images", e);
        }
    }

    private Path record(String identity) {
        return state.machine(node.name()).resolve("images").resolve(identity);
    }

    /** Digest by full name. */
    Map<String, String> present() {
        Map<String, String> digests = new HashMap<>();
        for (String line : containerd("images", "ls").lines().skip(1).toList()) {
            String[] fields = line.split("\\s+", -1);
            if (fields.length > 2) {
                digests.put(fields[0], fields[2]);
            }
        }
        return digests;
    }

    private String containerd(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                binaries.program("containerd", "ctr").toString(),
                "--address",
                state.containerdSocket(node.name()).toString(),
                "--namespace",
                "k8s.io"));
        command.addAll(List.of(arguments));
        return Commands.run(command, "");
    }
}
