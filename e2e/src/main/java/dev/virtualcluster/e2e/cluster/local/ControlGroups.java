// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The cluster's control groups, all below one group of our own in every hierarchy (version 1, version 2 or both). They
 * are also the surest mark of our processes: a container cannot leave its group.
 */
final class ControlGroups {
    private final List<Path> hierarchies;

    private ControlGroups(List<Path> hierarchies) {
        this.hierarchies = hierarchies;
    }

    static ControlGroups ofThisMachine() {
        return new ControlGroups(Mounts.read().stream()
                .filter(m -> m.type().equals("cgroup") || m.type().equals("cgroup2"))
                .map(Mounts.Mount::point)
                .distinct()
                .toList());
    }

    /** Makes a group below ours in every hierarchy; {@code name} is a path such as {@code node1}. */
    void create(String name) {
        for (Path hierarchy : hierarchies) {
            Path group = hierarchy;
            for (String part : (Addresses.CONTROL_GROUP + "/" + name).split("/", -1)) {
                enableControllers(group);
                Path parent = group;
                group = group.resolve(part);
                try {
                    Files.createDirectories(group);
                    // A version 1 cpuset starts empty and refuses processes until it has both.
                    inherit(parent, group, "cpuset.cpus");
                    inherit(parent, group, "cpuset.mems");
                } catch (IOException e) {
                    throw new UncheckedIOException("making control group " + group, e);
                }
            }
        }
    }

    /** Shell text by which a shell joins a group before it becomes something else. */
    String joining(String name) {
        StringBuilder script = new StringBuilder();
        for (Path hierarchy : hierarchies) {
            script.append("echo $$ > ")
                    .append(hierarchy.resolve(Addresses.CONTROL_GROUP).resolve(name))
                    .append("/cgroup.procs; ");
        }
        return script.toString();
    }

    /** Every group of ours that exists. */
    List<Path> existing() {
        return hierarchies.stream()
                .map(h -> h.resolve(Addresses.CONTROL_GROUP))
                .filter(Files::isDirectory)
                .flatMap(top -> folders(top).stream())
                .toList();
    }

    /** Processes in any group of ours. */
    Set<Long> members() {
        Set<Long> pids = new TreeSet<>();
        for (Path group : existing()) {
            try {
                Files.readAllLines(group.resolve("cgroup.procs")).forEach(line -> pids.add(Long.parseLong(line)));
            } catch (IOException e) {
                // The group went away while we looked: so did its processes.
            }
        }
        return pids;
    }

    /** Removes all groups of ours that have no process left; says whether none remains. */
    boolean remove() {
        return remove("");
    }

    boolean remove(String name) {
        boolean clean = true;
        for (Path hierarchy : hierarchies) {
            Path top = hierarchy.resolve(Addresses.CONTROL_GROUP).resolve(name).normalize();
            if (!Files.isDirectory(top)) {
                continue;
            }
            for (Path group : folders(top)) {
                try {
                    Files.deleteIfExists(group);
                } catch (IOException e) {
                    clean = false;
                }
            }
        }
        return clean;
    }

    /** Deepest first, so that they can be removed in this order. */
    private static List<Path> folders(Path top) {
        try (Stream<Path> tree = Files.walk(top)) {
            return tree.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static void inherit(Path parent, Path group, String file) throws IOException {
        Path own = group.resolve(file);
        if (Files.exists(own) && Files.readString(own).isBlank()) {
            Path effective = parent.resolve(file);
            if (Files.exists(effective) && !Files.readString(effective).isBlank()) {
                Files.writeString(own, Files.readString(effective));
            }
        }
    }

    /** Version 2 gives a group only the controllers that its parent hands down. */
    private static void enableControllers(Path group) {
        Path offered = group.resolve("cgroup.controllers");
        if (!Files.exists(offered)) {
            return;
        }
        try {
            for (String controller : Files.readString(offered).strip().split("\\s+", -1)) {
                if (!controller.isEmpty()) {
                    Files.writeString(group.resolve("cgroup.subtree_control"), "+" + controller);
                }
            }
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            throw new UncheckedIOException("handing down controllers in " + group, e);
        } catch (IOException e) {
            // One controller cannot be handed down (used by a version 1 hierarchy): the kubelet names it when it misses
            // it.
        }
    }
}
