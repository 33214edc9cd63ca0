// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lines of watches on their way through the client. The client copies a line character by character, and decodes each
 * network chunk alone, so that one "é" at its edge would end the watch for good. It gets a ticket in the line's place
 * and hands that to the parser, which finds the bytes here. Safe for use by any thread.
 */
final class WatchLines {
    /** A control character: JSON has none outside of escapes, and no API server's line passes the client as it came. */
    private static final char MARK = '\u0001';

    private final Map<String, byte[]> lines = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    /** Keeps the line, which nobody may change any more; returns its ticket, in ASCII. */
    String put(byte[] line) {
        String ticket = MARK + Long.toString(last.incrementAndGet(), Character.MAX_RADIX);
        lines.put(ticket, line);
        return ticket;
    }

    /** The line of a ticket, once; null when there is none, or when it was taken before. */
    byte @Nullable [] take(String ticket) {
        return lines.remove(ticket);
    }

    boolean isWaiting(String ticket) {
        return lines.containsKey(ticket);
    }

    /** The client has given these lines up. */
    void drop(List<String> tickets) {
        tickets.forEach(lines::remove);
    }

    /** How many lines nobody has taken yet. */
    int waiting() {
        return lines.size();
    }

    static boolean isTicket(String text) {
        return !text.isEmpty() && text.charAt(0) == MARK;
    }
}
