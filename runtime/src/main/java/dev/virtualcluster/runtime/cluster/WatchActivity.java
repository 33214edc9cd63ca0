// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What each watched path of one API server last did: when it sent something, and how the last attempt failed. Caches
 * with the same path and selectors share an entry, for they share what it says: how the server answers such watches.
 * Safe for use by any thread; the client's event loops report to it.
 */
final class WatchActivity {
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final LongSupplier nanoTicker;

    WatchActivity(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    /** The entry of a path; fresh at the first call. */
    Watched of(String path, String labelSelector, String fieldSelector) {
        return watched.computeIfAbsent(path + "?" + labelSelector + "&" + fieldSelector, key -> new Watched());
    }

    /** An event came. */
    void arrived(URI uri) {
        Watched entry = watched.get(keyOf(uri));
        if (entry != null) {
            entry.alive();
        }
    }

    /** The server could not be reached, or refused. */
    void failed(URI uri, Throwable cause) {
        Watched entry = watched.get(keyOf(uri));
        if (entry != null) {
            entry.failed(cause);
        }
    }

    private static String keyOf(URI uri) {
        String path = uri.getPath();
        int start = path.indexOf("/api");
        Map<String, String> query = new HashMap<>();
        for (String pair : uri.getRawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return (start < 0 ? path : path.substring(start)) + "?" + query.getOrDefault("labelSelector", "") + "&"
                + query.getOrDefault("fieldSelector", "");
    }

    /** What one path last did. */
    final class Watched {
        private volatile long lastSign = nanoTicker.getAsLong();
        private volatile @Nullable Throwable failure;

        /** Something came, so it works. */
        void alive() {
            lastSign = nanoTicker.getAsLong();
            failure = null;
        }

        void failed(Throwable cause) {
            failure = cause;
        }

        /** A new attempt deserves its time. */
        void begins() {
            lastSign = nanoTicker.getAsLong();
        }

        long silentNanos() {
            return nanoTicker.getAsLong() - lastSign;
        }

        @Nullable
        Throwable failure() {
            return failure;
        }
    }
}
