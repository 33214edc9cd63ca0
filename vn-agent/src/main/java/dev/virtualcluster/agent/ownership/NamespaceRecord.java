// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.ownership;

import java.util.Map;

/**
 * What the agent needs to know of a super namespace.
 *
 * @param name its name
 * @param annotations its annotations
 * @param isTerminating whether it is being deleted
 */
public record NamespaceRecord(String name, Map<String, String> annotations, boolean isTerminating) {
    public NamespaceRecord {
        annotations = Map.copyOf(annotations);
    }

    boolean isAnnotated(String key, String value) {
        return value.equals(annotations.get(key));
    }
}
