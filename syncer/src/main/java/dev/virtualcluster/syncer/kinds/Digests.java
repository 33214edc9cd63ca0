// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Digests of what ConfigMaps and Secrets hold. The super side's caches keep the digest and not the data: comparing needs
 * no more, and neither a heap dump nor a log can give away what is not there.
 */
final class Digests {
    /** Name under which a trimmed object carries its digest; never sent, it is no part of the API. */
    static final String FIELD = "digest";

    private Digests() {}

    /** A digest of the maps, independent of the order of their entries. Null and empty maps are the same. */
    @SafeVarargs
    static String of(@Nullable Map<String, String>... maps) {
        MessageDigest sha = sha256();
        for (Map<String, String> map : maps) {
            sha.update((byte) 2);
            if (map != null && !map.isEmpty()) {
                new TreeMap<>(map).forEach((key, value) -> {
                    add(sha, key);
                    add(sha, value);
                });
            }
        }
        return Base64.getEncoder().encodeToString(sha.digest());
    }

    private static void add(MessageDigest sha, @Nullable String text) {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        // The length in front keeps "a"+"bc" and "ab"+"c" apart.
        sha.update(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
        sha.update((byte) ':');
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
