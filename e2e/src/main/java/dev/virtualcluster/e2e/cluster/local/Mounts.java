// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is mounted on this machine, as {@code /proc/self/mounts} tells it. */
final class Mounts {
    private Mounts() {}

    record Mount(String source, Path point, String type) {}

    static List<Mount> read() {
        try {
            return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                    .map(Mounts::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("reading the mount table", e);
        }
    }

    static boolean isMountPoint(Path folder) {
        return read().stream().anyMatch(mount -> mount.point().equals(folder));
    }

    /** Mounts below a folder, the innermost first: the order in which they can be taken off. */
    static List<Path> below(Path folder) {
        return read().stream()
                .map(Mount::point)
                .filter(point -> point.startsWith(folder) && !point.equals(folder))
                .toList()
                .reversed();
    }

    static Mount parse(String line) {
        String[] fields = line.split(" ", -1);
        return new Mount(unescape(fields[0]), Path.of(unescape(fields[1])), fields[2]);
    }

    /** The kernel writes blanks and backslashes as three octal digits. */
    private static String unescape(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }
}
