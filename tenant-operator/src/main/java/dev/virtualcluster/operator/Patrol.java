// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import dev.virtualcluster.operator.agents.AgentAuthorityStore;
import dev.virtualcluster.operator.teardown.Orphans;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Reconciler;
import dev.virtualcluster.runtime.reconcile.Result;
import java.time.Duration;

/** What no watch triggers: at the start and every ten minutes. Reads only, unless something is amiss. */
final class Patrol implements Reconciler<ObjectKey> {
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final AgentAuthorityStore agents;
    private final Orphans orphans;

    Patrol(AgentAuthorityStore agents, Orphans orphans) {
        this.agents = agents;
        this.orphans = orphans;
    }

    @Override
    public Result reconcile(String tenant, ObjectKey key) throws InterruptedException {
        agents.keep();
        orphans.collect();
        return Result.requeueAfter(INTERVAL);
    }
}
