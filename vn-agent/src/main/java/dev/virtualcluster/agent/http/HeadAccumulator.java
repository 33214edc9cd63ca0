// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.http;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects bytes until a head's blank line, however they are cut into pieces, and keeps what came behind it. Owned by one connection;
 * not thread safe.
 */
public final class HeadAccumulator {
    private final int mostBytes;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream(1024);
    private int matched;
    private byte @Nullable [] rest;

    /** Collects at most {@code mostBytes} bytes of head. */
    public HeadAccumulator(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Takes the next piece.
     *
     * @return whether the head is complete; then {@link #head()} and {@link #rest()} may be read and nothing more may be added
     * @throws RefusedException when the head is longer than allowed
     */
    public boolean add(byte[] piece) {
        for (int i = 0; i < piece.length; i++) {
            if (collected.size() >= mostBytes) {
                throw new RefusedException(RefusalReason.TOO_LARGE, "the head is longer than " + mostBytes + " bytes");
            }
            collected.write(piece[i]);
            matched = advance(piece[i]);
            if (matched == 4) {
                rest = Arrays.copyOfRange(piece, i + 1, piece.length);
                return true;
            }
        }
        return false;
    }

    /** The head with its blank line. */
    public byte[] head() {
        return collected.toByteArray();
    }

    /** What followed the blank line in the same piece. */
    public byte[] rest() {
        byte[] bytes = rest;
        if (bytes == null) {
            throw new IllegalStateException("the head is not complete");
        }
        return bytes;
    }

    /** How much of CR LF CR LF has been seen when {@code next} follows. */
    private int advance(byte next) {
        boolean wantsReturn = matched % 2 == 0;
        if (next == (wantsReturn ? '\r' : '\n')) {
            return matched + 1;
        }
        return next == '\r' ? 1 : 0;
    }
}
