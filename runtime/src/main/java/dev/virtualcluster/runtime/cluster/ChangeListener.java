// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Told of every change of an {@link ObjectCache}, under the cache's lock and on one of the few threads that read all
 * tenants' watches: it must only enqueue a key and return, or it holds up other tenants. Objects are shared and read-only.
 */
@FunctionalInterface
public interface ChangeListener<T> {
    /** {@code before} is null for what is new, {@code after} for what is gone; never both. */
    void changed(ObjectKey key, @Nullable T before, @Nullable T after);
}
