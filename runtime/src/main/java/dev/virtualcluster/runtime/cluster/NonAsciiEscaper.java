// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites a stream of UTF-8 JSON so that it is pure ASCII: every code point outside ASCII becomes its {@code \\uXXXX}
 * escape. In JSON such characters stand only inside strings, where the escape means the same. Keeps the bytes of a
 * character that is cut off at the end of a chunk for the next call. What is not UTF-8 becomes U+FFFD, as a decoder
 * would do. One stream per instance, one thread at a time.
 */
final class NonAsciiEscaper {
    private static final int MALFORMED = 0xFFFD;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** The code point read so far. */
    private int codePoint;
    /** How many continuation bytes it still wants; 0 between characters. */
    private int missing;
    /** The range that the next continuation byte must lie in, which rules out overlong forms and surrogates. */
    private int lowest;

    private int highest;

    /** Escapes one chunk; buffers without anything to escape are passed through as they are. */
    List<ByteBuffer> escape(List<ByteBuffer> chunk) {
        List<ByteBuffer> escaped = new ArrayList<>(chunk.size());
        for (ByteBuffer buffer : chunk) {
            escaped.add(missing == 0 && isAscii(buffer) ? buffer : escape(buffer));
        }
        return escaped;
    }

    private static boolean isAscii(ByteBuffer buffer) {
        for (int i = buffer.position(); i < buffer.limit(); i++) {
            if (buffer.get(i) < 0) {
                return false;
            }
        }
        return true;
    }

    private ByteBuffer escape(ByteBuffer in) {
        // The worst byte is a malformed one: six for itself, six for the sequence it breaks off.
        ByteBuffer out = ByteBuffer.allocate(12 * in.remaining() + 12);
        for (int i = in.position(); i < in.limit(); i++) {
            accept(in.get(i) & 0xFF, out);
        }
        in.position(in.limit());
        return out.flip();
    }

    private void accept(int octet, ByteBuffer out) {
        if (missing > 0) {
            if (octet >= lowest && octet <= highest) {
                codePoint = (codePoint << 6) | (octet & 0x3F);
                lowest = 0x80;
                highest = 0xBF;
                missing--;
                if (missing == 0) {
                    writeEscape(codePoint, out);
                }
                return;
            }
            missing = 0;
            writeEscape(MALFORMED, out);
        }
        if (octet < 0x80) {
            out.put((byte) octet);
        } else if (octet >= 0xC2 && octet <= 0xDF) {
            begin(octet & 0x1F, 1, 0x80, 0xBF);
        } else if (octet >= 0xE0 && octet <= 0xEF) {
            begin(octet & 0x0F, 2, octet == 0xE0 ? 0xA0 : 0x80, octet == 0xED ? 0x9F : 0xBF);
        } else if (octet >= 0xF0 && octet <= 0xF4) {
            begin(octet & 0x07, 3, octet == 0xF0 ? 0x90 : 0x80, octet == 0xF4 ? 0x8F : 0xBF);
        } else {
            writeEscape(MALFORMED, out);
        }
    }

    private void begin(int bits, int continuations, int low, int high) {
        codePoint = bits;
        missing = continuations;
        lowest = low;
        highest = high;
    }

    private static void writeEscape(int codePoint, ByteBuffer out) {
        if (Character.isBmpCodePoint(codePoint)) {
            writeUnit(codePoint, out);
        } else {
            writeUnit(Character.highSurrogate(codePoint), out);
            writeUnit(Character.lowSurrogate(codePoint), out);
        }
    }

    private static void writeUnit(int unit, ByteBuffer out) {
        out.put((byte) '\\').put((byte) 'u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.put(HEX[(unit >> shift) & 0xF]);
        }
    }
}
