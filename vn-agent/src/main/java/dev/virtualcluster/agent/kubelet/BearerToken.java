// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The agent's own service-account token. The kubelet that mounts it replaces the file long before it expires, so it is read again now and
 * then; a token that cannot be read leaves the last one in use. Thread safe; reads a file, so not for event loops.
 */
public final class BearerToken {
    private static final Duration KEPT = Duration.ofSeconds(10);

    private final Path file;
    private final LongSupplier nanoTime;
    private @Nullable String token;
    private long readAt;

    /** The token in {@code file}; {@code nanoTime} as {@link System#nanoTime()}. */
    public BearerToken(Path file, LongSupplier nanoTime) {
        this.file = file;
        this.nanoTime = nanoTime;
    }

    /**
     * The token.
     *
     * @throws IOException when none has ever been readable
     */
    public synchronized String value() throws IOException {
        String known = token;
        if (known != null && nanoTime.getAsLong() - readAt < KEPT.toNanos()) {
            return known;
        }
        try {
            String read = Files.readString(file).strip();
            if (read.isEmpty() || read.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
                throw new IOException("no token in " + file);
            }
            token = read;
            readAt = nanoTime.getAsLong();
            return read;
        } catch (IOException e) {
            if (known != null) {
                return known;
            }
            throw e;
        }
    }

    /** Forgets the token, because the kubelet refused it: the next use reads the file. */
    public synchronized void refused() {
        readAt = nanoTime.getAsLong() - KEPT.toNanos();
    }

    @Override
    public String toString() {
        return "BearerToken[" + file + ", ***]";
    }
}
