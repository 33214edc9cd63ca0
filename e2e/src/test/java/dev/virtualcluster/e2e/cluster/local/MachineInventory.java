// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Everything on a machine that a cluster could leave something in, read from the kernel and not from the cluster's own
 * book-keeping. Two inventories are equal when nothing was left.
 */
record MachineInventory(
        Set<String> processes,
        Set<String> mounts,
        Set<String> interfaces,
        Set<String> routes,
        Set<String> namespaces,
        Set<String> controlGroups,
        Set<String> packetTables,
        Set<String> settings,
        Set<String> files) {
    /** Places in memory where kubelets, containerd and network plug-ins write on an ordinary node. */
    private static final List<String> PLACES = List.of("/run", "/run/netns", "/run/containerd", "/run/lock", "/tmp");

    static MachineInventory take() {
        return new MachineInventory(
                running(),
                lines(Path.of("/proc/self/mounts")),
                children(Path.of("/sys/class/net")),
                new TreeSet<>(Commands.run("ip", "route", "show", "table", "all")
                        .lines()
                        .toList()),
                new TreeSet<>(Commands.run("lsns", "--noheadings", "--output", "NS,TYPE")
                        .lines()
                        .map(String::strip)
                        .toList()),
                folders(Path.of("/sys/fs/cgroup")),
                new TreeSet<>(Commands.run("nft", "list", "tables").lines().toList()),
                lines(Path.of("/proc/sys/net/ipv4/ip_forward")),
                writtenFiles());
    }

    /**
     * What lies in memory, and what was written since the sandbox began to the places on disk: others write there too,
     * and only in the sandbox is it known by whom.
     */
    private static Set<String> writtenFiles() {
        Set<String> found = PLACES.stream()
                .map(Path::of)
                .flatMap(place -> children(place).stream().map(child -> place + "/" + child))
                // Everybody writes there; a cluster would leave its volumes.
                .filter(path -> !path.startsWith("/tmp/") || path.startsWith("/tmp/hostpath_pv"))
                .collect(TreeSet::new, Set::add, Set::addAll);
        Path written = Path.of(System.getenv(Sandbox.WRITTEN));
        try (Stream<Path> tree = Files.walk(written)) {
            tree.map(path -> "/" + written.relativize(path)).forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException("walking " + written, e);
        }
        return found;
    }

    /** Command lines: ids differ from moment to moment. This process's own helpers are left out. */
    private static Set<String> running() {
        Set<String> lines = new TreeSet<>();
        for (String pid : children(Path.of("/proc"))) {
            if (Character.isDigit(pid.charAt(0))) {
                long id = Long.parseLong(pid);
                boolean helper = ProcessHandle.current().descendants().anyMatch(child -> child.pid() == id);
                if (!helper && ProcessTable.startTicks(id).isPresent()) {
                    lines.add(ProcessTable.commandLine(id));
                }
            }
        }
        return lines;
    }

    private static Set<String> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(p -> p.getFileName().toString()).collect(TreeSet::new, Set::add, Set::addAll);
        } catch (IOException e) {
            throw new UncheckedIOException("listing " + folder, e);
        }
    }

    private static Set<String> folders(Path top) {
        try (Stream<Path> tree = Files.walk(top)) {
            return tree.filter(Files::isDirectory).map(Path::toString).collect(TreeSet::new, Set::add, Set::addAll);
        } catch (IOException e) {
            throw new UncheckedIOException("walking " + top, e);
        }
    }

    private static Set<String> lines(Path file) {
        try {
            return new TreeSet<>(Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }
}
