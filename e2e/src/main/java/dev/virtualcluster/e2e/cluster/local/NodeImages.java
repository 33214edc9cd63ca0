// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Imports an archive unless containerd holds just that already; says whether it did. */
    boolean ensure(ArchiveContent archive) {
        Path record = state.machine(node.name()).resolve("images").resolve(archive.identity());
        Map<String, String> present = present();
        try {
            if (Files.exists(record)) {
                Map<String, String> imported = new HashMap<>();
                Files.readAllLines(record)
                        .forEach(line -> imported.put(line.split(" ", -1)[0], line.split(" ", -1)[1]));
                if (!imported.isEmpty() && present.entrySet().containsAll(imported.entrySet())) {
                    return false;
                }
            }
            containerd("images", "import", "--digests=false", archive.file().toString());
            Map<String, String> after = present();
            StringBuilder lines = new StringBuilder();
            for (String name : archive.names()) {
                if (after.containsKey(name)) {
                    lines.append(name).append(' ').append(after.get(name)).append('\n');
                }
            }
            Files.createDirectories(record.getParent());
            Files.writeString(record, lines);
            return true;
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
        List<String> command = new java.util.ArrayList<>(List.of(
                binaries.program("containerd", "ctr").toString(),
                "--address",
                state.containerdSocket(node.name()).toString(),
                "--namespace",
                "k8s.io"));
        command.addAll(List.of(arguments));
        return Commands.run(command, "");
    }
}
