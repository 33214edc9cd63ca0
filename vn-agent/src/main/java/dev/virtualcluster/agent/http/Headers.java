// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Header lines in the order in which they came; names compare without case, as in HTTP. Immutable.
 *
 * @param lines the lines
 */
public record Headers(List<Line> lines) {
    /**
     * One header line.
     *
     * @param name the name as it was written
     * @param value the value without surrounding blanks; every char is one byte of the wire (ISO 8859-1)
     */
    public record Line(String name, String value) {}

    public Headers {
        lines = List.copyOf(lines);
    }

    /** All values of {@code name}, in order. */
    public List<String> all(String name) {
        return lines.stream()
                .filter(line -> line.name().equalsIgnoreCase(name))
                .map(Line::value)
                .toList();
    }

    /** The value of {@code name} when it appears exactly once. Twice is treated like absent: nobody may choose between two. */
    public Optional<String> single(String name) {
        List<String> values = all(name);
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    /** Whether there is a line of this name. */
    public boolean has(String name) {
        return lines.stream().anyMatch(line -> line.name().equalsIgnoreCase(name));
    }

    /** Whether {@code token} is among the comma-separated tokens of all lines of {@code name}, without regard to case. */
    public boolean hasToken(String name, String token) {
        return all(name).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(part -> part.strip().equalsIgnoreCase(token));
    }

    /** Only the lines whose name is among {@code names}. */
    public Headers only(List<String> names) {
        List<Line> kept = new ArrayList<>();
        for (Line line : lines) {
            if (names.stream().anyMatch(line.name()::equalsIgnoreCase)) {
                kept.add(line);
            }
        }
        return new Headers(kept);
    }
}
