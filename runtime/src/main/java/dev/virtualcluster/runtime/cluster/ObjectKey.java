// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/**
 * Names an object of a known kind in a known cluster. Ordered by namespace, then name.
 *
 * @param namespace its namespace; empty for cluster-scoped kinds
 * @param name its name
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {
    /** The key of an object that has at least a name. */
    public static ObjectKey of(HasMetadata object) {
        ObjectMeta meta = object.getMetadata();
        @Nullable String namespace = meta.getNamespace();
        return new ObjectKey(namespace == null ? "" : namespace, meta.getName());
    }

    /** The key of a cluster-scoped object. */
    public static ObjectKey clusterScoped(String name) {
        return new ObjectKey("", name);
    }

    /** Whether the object belongs to a namespace. */
    public boolean isNamespaced() {
        return !namespace.isEmpty();
    }

    @Override
    public int compareTo(ObjectKey other) {
        // Asked dozens of times for each look into a cache: no comparator with its boxes and calls.
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** {@code namespace/name}, or the name alone. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
