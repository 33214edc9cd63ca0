// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.status;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON merge patches (RFC 7396): only what differs goes over the wire, and what is gone is said to be gone. */
public final class MergePatch {
    private MergePatch() {}

    /**
     * The patch that turns one JSON object into another; empty when they are equal.
     *
     * @param from JSON tree of maps, lists and values
     */
    public static Map<String, @Nullable Object> between(Map<String, ?> from, Map<String, ?> to) {
        Map<String, @Nullable Object> patch = new LinkedHashMap<>();
        from.keySet().stream().filter(key -> !to.containsKey(key)).forEach(key -> patch.put(key, null));
        to.forEach((key, wanted) -> {
            Object there = from.get(key);
            if (there instanceof Map<?, ?> a && wanted instanceof Map<?, ?> b) {
                Map<String, @Nullable Object> inner = between(cast(a), cast(b));
                if (!inner.isEmpty()) {
                    patch.put(key, inner);
                }
            } else if (!Objects.equals(there, wanted)) {
                patch.put(key, wanted);
            }
        });
        return patch;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> cast(Map<?, ?> tree) {
        return (Map<String, ?>) tree;
    }
}
