// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Counts this process's own established TCP connections, from Linux' /proc. */
final class OwnSockets {
    private static final String ESTABLISHED = "01";

    private OwnSockets() {}

    static long connectedTo(String url) throws IOException {
        String port = String.format(":%04X", URI.create(url).getPort());
        Set<String> own = ownInodes();
        long count = 0;
        for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length > 9
                        && fields[2].endsWith(port)
                        && fields[3].equals(ESTABLISHED)
                        && own.contains("socket:[" + fields[9] + "]")) {
                    count++;
                }
            }
        }
        return count;
    }

    private static Set<String> ownInodes() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) {
                    inodes.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        return inodes;
    }
}
