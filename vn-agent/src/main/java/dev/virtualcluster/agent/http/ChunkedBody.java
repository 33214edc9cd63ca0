// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Takes the chunked framing off a short body that has been read whole. Pure function. */
public final class ChunkedBody {
    private ChunkedBody() {}

    /** The content of {@code framed}; what cannot be read as chunks ends the content, since error texts are for people. */
    public static byte[] decode(byte[] framed) {
        ByteArrayOutputStream content = new ByteArrayOutputStream(framed.length);
        int at = 0;
        while (at < framed.length) {
            int lineEnd = indexOfLineEnd(framed, at);
            if (lineEnd < 0) {
                break;
            }
            int size = size(new String(framed, at, lineEnd - at, StandardCharsets.ISO_8859_1));
            int from = lineEnd + 2;
            if (size <= 0) {
                break;
            }
            content.write(framed, from, Math.min(size, framed.length - from));
            if (size > framed.length - from - 2) {
                break;
            }
            at = from + size + 2;
        }
        return content.toByteArray();
    }

    private static int indexOfLineEnd(byte[] bytes, int from) {
        for (int i = from; i + 1 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static int size(String line) {
        int semicolon = line.indexOf(';');
        String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        return digits.matches("[0-9a-fA-F]{1,7}") ? Integer.parseInt(digits, 16) : -1;
    }
}
