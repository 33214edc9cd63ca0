// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Labels or annotations as the kubelet writes them into a downward API file: one {@code key="value"} per line, sorted by
 * key, values quoted by Go's rules. Byte for byte the same, so that a tenant's program sees no difference.
 */
final class FieldText {
    private static final String HEX = "0123456789abcdef";

    private FieldText() {}

    static String of(@Nullable Map<String, String> entries) {
        if (entries == null || entries.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        new TreeMap<>(entries).forEach((key, value) -> {
            if (!out.isEmpty()) {
                out.append('\n');
            }
            out.append(key).append('=');
            quote(value, out);
        });
        return out.toString();
    }

    private static void quote(String value, StringBuilder out) {
        out.append('"');
        value.codePoints().forEach(point -> quote(point, out));
        out.append('"');
    }

    private static void quote(int point, StringBuilder out) {
        switch (point) {
            case '"', '\\' -> out.append('\\').append((char) point);
            case 0x07 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 0x0b -> out.append("\\v");
            default -> {
                if (isPrintable(point)) {
                    out.appendCodePoint(point);
                } else if (point < ' ' || point == 0x7f) {
                    hex(out.append("\\x"), point, 2);
                } else if (point < 0x10000) {
                    hex(out.append("\\u"), point, 4);
                } else {
                    hex(out.append("\\U"), point, 8);
                }
            }
        }
    }

    /** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
    private static boolean isPrintable(int point) {
        if (point == ' ') {
            return true;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static void hex(StringBuilder out, int value, int digits) {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out.append(HEX.charAt((value >> shift) & 0xf));
        }
    }
}
