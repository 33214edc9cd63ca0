// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lines of watches on their way through the client. The client (up to 8.0.0) copies a line character by character, and
 * decodes each network chunk alone, so that one "é" at its edge would end the watch for good. It gets a ticket in the
 * line's place and hands that to the parser, which finds the bytes here. To be deleted when the client reads lines as
 * bytes. A line counts in its server's budget until it is gone from here. Safe for use by any thread.
 */
final class WatchLines {
    private final Map<String, Line> lines = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();
    /** A control character, which JSON has none of, and what no server can guess: lines of all of them lie here. */
    private final String mark;

    private static final class Line {
        private final byte[] bytes;
        private final AnswerBudget budget;

        Line(byte[] bytes, AnswerBudget budget) {
            this.bytes = bytes;
            this.budget = budget;
        }
    }

    WatchLines() {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        mark = '\u0001' + HexFormat.of().formatHex(secret) + '.';
    }

    /** Keeps the line, which nobody may change any more; returns its ticket, in ASCII. */
    String put(byte[] line, AnswerBudget budget) {
        String ticket = mark + last.incrementAndGet();
        lines.put(ticket, new Line(line, budget));
        return ticket;
    }

    /** The line of a ticket; null when the text is none, or the line is gone. */
    byte @Nullable [] find(String text) {
        Line line = isTicket(text) ? lines.get(text) : null;
        return line == null ? null : line.bytes;
    }

    boolean isTicket(String text) {
        return text.startsWith(mark);
    }

    /** Nobody needs this line any more. */
    void remove(String ticket) {
        Line line = lines.remove(ticket);
        if (line != null) {
            line.budget.give(line.bytes.length);
        }
    }

    void removeAll(Collection<String> tickets) {
        tickets.forEach(this::remove);
    }

    /** How many lines are here. */
    int size() {
        return lines.size();
    }
}
