// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Told of every change of an {@link ObjectCache}, on a client's thread and under the cache's lock: it must only enqueue
 * a key and return. Objects are shared and read-only.
 */
@FunctionalInterface
public interface ChangeListener<T> {
    /** {@code before} is null for what is new, {@code after} for what is gone; never both. */
    void changed(ObjectKey key, @Nullable T before, @Nullable T after);
}
