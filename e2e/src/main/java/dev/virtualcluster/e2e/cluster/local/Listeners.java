// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who listens on which TCP port of this machine, as {@code /proc/net/tcp} tells it. */
final class Listeners {
    private static final String LISTEN = "0A";

    private Listeners() {}

    record Listener(String address, int port, long inode) {
        boolean isAnyAddress() {
            return address.equals("0.0.0.0") || address.equals("::");
        }
    }

    static List<Listener> read() {
        List<Listener> all = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try {
                if (Files.exists(Path.of(table))) {
                    Files.readAllLines(Path.of(table)).stream()
                            .skip(1)
                            .map(Listeners::parse)
                            .flatMap(Optional::stream)
                            .forEach(all::add);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("reading " + table, e);
            }
        }
        return all;
    }

    static Optional<Listener> parse(String line) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length < 10 || !fields[3].equals(LISTEN)) {
            return Optional.empty();
        }
        String[] local = fields[1].split(":", -1);
        return Optional.of(new Listener(address(local[0]), Integer.parseInt(local[1], 16), Long.parseLong(fields[9])));
    }

    /** The kernel prints each 32-bit word of an address in the host's byte order. */
    private static String address(String hex) {
        if (hex.length() == 8) {
            long word = Long.parseLong(hex, 16);
            return (word & 255) + "." + (word >> 8 & 255) + "." + (word >> 16 & 255) + "." + (word >> 24 & 255);
        }
        return hex.chars().allMatch(c -> c == '0') ? "::" : hex;
    }

    static Optional<Long> owner(Listener listener) {
        String socket = "socket:[" + listener.inode() + "]";
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(p -> Character.isDigit(p.getFileName().toString().charAt(0)))
                    .filter(p -> holds(p.resolve("fd"), socket))
                    .map(p -> Long.parseLong(p.getFileName().toString()))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean holds(Path descriptors, String socket) {
        try (Stream<Path> files = Files.list(descriptors)) {
            return files.anyMatch(f -> {
                try {
                    return Files.readSymbolicLink(f).toString().equals(socket);
                } catch (IOException e) {
                    return false;
                }
            });
        } catch (IOException e) {
            return false;
        }
    }
}
