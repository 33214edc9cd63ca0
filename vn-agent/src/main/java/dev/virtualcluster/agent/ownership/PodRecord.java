// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.ownership;

import java.util.Map;
import java.util.Set;

/**
 * What the agent needs to know of a super pod.
 *
 * @param namespace its super namespace
 * @param name its name
 * @param uid the super pod's UID
 * @param nodeName the node it is bound to; empty when it is not
 * @param annotations its annotations
 * @param containers the names of all its containers, init and ephemeral ones too
 */
public record PodRecord(
        String namespace,
        String name,
        String uid,
        String nodeName,
        Map<String, String> annotations,
        Set<String> containers) {
    public PodRecord {
        annotations = Map.copyOf(annotations);
        containers = Set.copyOf(containers);
    }

    boolean isAnnotated(String key, String value) {
        return value.equals(annotations.get(key));
    }
}
