// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;

/**
 * Query values, decoded and encoded byte by byte (a char is a byte): arguments of a command need not be text in any encoding. Decodes
 * like Go's {@code url.ParseQuery}, which is what the kubelet uses, and refuses what that would leave undefined. Pure functions.
 */
final class PercentCoding {
    private static final String HEX = "0123456789ABCDEF";
    private static final String PLAIN = "-._~";

    private PercentCoding() {}

    static String decode(String value) {
        StringBuilder decoded = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%') {
                if (i + 2 > value.length() - 1) {
                    throw refused();
                }
                decoded.append((char) (digit(value.charAt(i + 1)) * 16 + digit(value.charAt(i + 2))));
                i += 2;
            } else if (c == ';') {
                throw refused();
            } else {
                decoded.append(c == '+' ? ' ' : c);
            }
        }
        return decoded.toString();
    }

    static String encode(String value) {
        StringBuilder encoded = new StringBuilder(value.length() + 16);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (isPlain(c)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt((c >> 4) & 0xf)).append(HEX.charAt(c & 0xf));
            }
        }
        return encoded.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || PLAIN.indexOf(c) >= 0;
    }

    private static int digit(char c) {
        int digit = c < 0x80 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
            throw refused();
        }
        return digit;
    }

    private static RefusedException refused() {
        return new RefusedException(RefusalReason.QUERY, "the query is not properly escaped");
    }
}
