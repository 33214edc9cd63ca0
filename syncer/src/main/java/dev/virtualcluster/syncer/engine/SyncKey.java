// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.ObjectKey;

/**
 * What a queue holds: one object of one kind, in the tenant's words. Nothing of the object itself is kept, so whoever
 * takes the key reads the caches again.
 *
 * @param kind the kind's only instance; compared by identity
 * @param object the object's place in the tenant's API server
 */
public record SyncKey(SyncedKind<?, ?> kind, ObjectKey object) {
    @Override
    public String toString() {
        return kind.name() + "/" + object.namespace() + "/" + object.name();
    }
}
