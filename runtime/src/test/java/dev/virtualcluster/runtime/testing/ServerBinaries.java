// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds the programs that {@code e2e/binaries/build.sh} has built; a test without them fails, it is not skipped. */
final class ServerBinaries {
    private static final Map<String, Path> FOLDERS = new ConcurrentHashMap<>();

    private ServerBinaries() {}

    static Path etcd() {
        return binary("etcd", "etcd");
    }

    static Path kubernetes(String program) {
        return binary("kubernetes", program);
    }

    private static Path binary(String family, String program) {
        Path found = FOLDERS.computeIfAbsent(family, ServerBinaries::folder).resolve(program);
        if (!Files.isExecutable(found)) {
            throw new IllegalStateException("integration tests need a real " + program + ", and there is none at "
                    + found + ": run e2e/binaries/build.sh " + family + " once (minutes), then repeat the test");
        }
        return found;
    }

    private static Path folder(String family) {
        Path script = repository().resolve("e2e/binaries/build.sh");
        try {
            Process process = new ProcessBuilder("bash", script.toString(), "--print-dir", family)
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0 || printed.isEmpty()) {
                throw new IllegalStateException("e2e/binaries/build.sh --print-dir " + family + " failed: " + printed);
            }
            return Path.of(printed);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + script, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for binaries", e);
        }
    }

    private static Path repository() {
        for (@Nullable Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("e2e/binaries/build.sh"))) {
                return at;
            }
        }
        throw new IllegalStateException("the tests must run inside a checkout: no e2e/binaries/build.sh in or above "
                + Path.of("").toAbsolutePath());
    }
}
