// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The images in one containerd. Which archives were imported is noted in a folder inside containerd's own, so that notes
 * and images are copied and deleted together.
 */
final class ContainerdImages {
    private static final String RECORDS = "imported-archives";
    private static final String COMPLETE = "complete";

    private final Path client;
    private final Path socket;
    private final Path records;

    /**
     * @param socket where containerd listens
     * @param root the folder it keeps images in
     */
    ContainerdImages(Binaries binaries, Path socket, Path root) {
        this.client = binaries.program("containerd", "ctr");
        this.socket = socket;
        this.records = root.resolve(RECORDS);
    }

    /** Returns when containerd answers. */
    void await(Component containerd, Path log) {
        Waiting.until(
                Duration.ofSeconds(30),
                () -> {
                    if (!containerd.isRunning()) {
                        throw containerd.endedAtOnce();
                    }
                    return Commands.tryRun(client.toString(), "--address", socket.toString(), "version")
                            .succeeded();
                },
                () -> containerd.name() + " does not answer; see " + log + ".");
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

    /** Notes that all images are there that a cluster of these programs starts with. */
    void markComplete(String identity) {
        write(COMPLETE, identity);
    }

    boolean isComplete(String identity) {
        try {
            Path record = records.resolve(COMPLETE);
            return Files.exists(record) && Files.readString(record).equals(identity);
        } catch (IOException e) {
            throw new UncheckedIOException("reading the record of imported images", e);
        }
    }

    private boolean holds(Map<String, String> present, ArchiveContent archive) {
        try {
            Path record = records.resolve(archive.identity());
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
        write(archive.identity(), lines.toString());
    }

    /** A new file each time: the one that is there may be shared with the store it was copied from. */
    private void write(String name, String content) {
        try {
            Files.createDirectories(records);
            Path record = records.resolve(name);
            Files.deleteIfExists(record);
            Files.writeString(record, content);
        } catch (IOException e) {
            throw new UncheckedIOException("recording imported images", e);
        }
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
        List<String> command =
                new ArrayList<>(List.of(client.toString(), "--address", socket.toString(), "--namespace", "k8s.io"));
        command.addAll(List.of(arguments));
        return Commands.checked(command, Commands.tryRunHelper(command));
    }
}
