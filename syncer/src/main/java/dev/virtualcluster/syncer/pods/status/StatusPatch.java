// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.status;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patches of a pod's status. Conditions are patched one by one: a condition that the tenant's controllers
 * wrote a moment ago, unseen by us, survives. All other lists are replaced as a whole.
 */
public final class StatusPatch {
    private static final String CONDITIONS = "conditions";
    private static final String DIRECTIVE = "$patch";

    /** Lists that the API server would merge by key; their entries are all ours to say. */
    private static final List<String> MERGED_LISTS = List.of("podIPs", "hostIPs", "resourceClaimStatuses");

    private StatusPatch() {}

    /**
     * The patch that turns one status into another; empty when they are equal.
     *
     * @param from JSON tree of the status as it is
     */
    public static Map<String, @Nullable Object> between(Map<String, ?> from, Map<String, ?> to) {
        Map<String, @Nullable Object> patch = MergePatch.between(from, to);
        if (patch.containsKey(CONDITIONS)) {
            List<Object> conditions = conditions(entries(from.get(CONDITIONS)), entries(to.get(CONDITIONS)));
            if (conditions.isEmpty()) {
                // The same conditions in another order.
                patch.remove(CONDITIONS);
            } else {
                patch.put(CONDITIONS, conditions);
            }
        }
        for (String list : MERGED_LISTS) {
            if (patch.get(list) instanceof List<?> wanted) {
                List<Object> replaced = new ArrayList<>();
                replaced.add(Map.of(DIRECTIVE, "replace"));
                replaced.addAll(wanted);
                patch.put(list, replaced);
            }
        }
        return patch;
    }

    private static List<Object> conditions(List<Map<?, ?>> from, List<Map<?, ?>> to) {
        Map<Object, Map<?, ?>> before = byType(from);
        Map<Object, Map<?, ?>> after = byType(to);
        List<Object> patch = new ArrayList<>();
        after.forEach((type, wanted) -> {
            Map<?, ?> was = before.get(type);
            if (!Objects.equals(was, wanted)) {
                Map<Object, @Nullable Object> entry = new LinkedHashMap<>();
                if (was != null) {
                    was.keySet().stream()
                            .filter(field -> !wanted.containsKey(field))
                            .forEach(field -> entry.put(field, null));
                }
                entry.putAll(wanted);
                patch.add(entry);
            }
        });
        before.keySet().stream()
                .filter(type -> !after.containsKey(type))
                .forEach(type -> patch.add(Map.of("type", type, DIRECTIVE, "delete")));
        return patch;
    }

    private static Map<Object, Map<?, ?>> byType(List<Map<?, ?>> conditions) {
        Map<Object, Map<?, ?>> byType = new LinkedHashMap<>();
        for (Map<?, ?> condition : conditions) {
            Object type = condition.get("type");
            if (type != null) {
                byType.put(type, condition);
            }
        }
        return byType;
    }

    private static List<Map<?, ?>> entries(@Nullable Object list) {
        List<Map<?, ?>> entries = new ArrayList<>();
        if (list instanceof List<?> found) {
            for (Object entry : found) {
                if (entry instanceof Map<?, ?> map) {
                    entries.add(map);
                }
            }
        }
        return entries;
    }
}
