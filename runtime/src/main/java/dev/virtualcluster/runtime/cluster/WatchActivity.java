// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * When each watched path of one API server last sent anything. Caches with the same path and selectors share an entry,
 * for they share what it says: that the server answers such watches. Safe for use by any thread.
 */
final class WatchActivity {
    private final Map<String, AtomicLong> lastBytes = new ConcurrentHashMap<>();
    private final LongSupplier nanoTicker;

    WatchActivity(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    /** The time of the last bytes of a path, in nano ticks; now, at the first call. */
    AtomicLong of(String path, String labelSelector, String fieldSelector) {
        return lastBytes.computeIfAbsent(
                path + "?" + labelSelector + "&" + fieldSelector, key -> new AtomicLong(nanoTicker.getAsLong()));
    }

    /** Called on an event loop for every chunk. */
    void arrived(URI uri) {
        AtomicLong last = lastBytes.get(keyOf(uri));
        if (last != null) {
            last.set(nanoTicker.getAsLong());
        }
    }

    private static String keyOf(URI uri) {
        String path = uri.getPath();
        int start = path.indexOf("/api");
        Map<String, String> query = new TreeMap<>();
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
}
