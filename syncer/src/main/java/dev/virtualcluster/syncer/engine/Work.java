// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.tenant.Tenant;
import java.time.Duration;

/** Entrance to the two queues for kinds that trigger other keys than the engine does. Never blocks. */
public interface Work {
    void down(Tenant tenant, SyncedKind<?, ?> kind, ObjectKey key);

    void up(Tenant tenant, SyncedKind<?, ?> kind, ObjectKey key);

    void downAfter(Tenant tenant, SyncedKind<?, ?> kind, ObjectKey key, Duration delay);

    void upAfter(Tenant tenant, SyncedKind<?, ?> kind, ObjectKey key, Duration delay);

    /** How busy the workers of both queues are: 0 when none is, 1 when all are. */
    double load();
}
