// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis.names;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short, stable digests of names, in letters that a DNS label may hold. */
final class Digest {
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int BITS_PER_CHARACTER = 5;

    private Digest() {}

    /** The first {@code characters} hexadecimal digits of the text's SHA-256. */
    static String hex(String text, int characters) {
        return HexFormat.of().formatHex(sha256(text)).substring(0, characters);
    }

    /** The first {@code characters} x 5 bits of the text's SHA-256, in lower-case base 32 (RFC 4648). */
    static String base32(String text, int characters) {
        byte[] digest = sha256(text);
        StringBuilder out = new StringBuilder(characters);
        for (int i = 0; i < characters; i++) {
            int bit = i * BITS_PER_CHARACTER;
            // Five bits lie in at most two neighbouring bytes.
            int pair = ((digest[bit / 8] & 0xff) << 8) | (digest[bit / 8 + 1] & 0xff);
            out.append(BASE32.charAt((pair >> (16 - BITS_PER_CHARACTER - bit % 8)) & 0x1f));
        }
        return out.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
