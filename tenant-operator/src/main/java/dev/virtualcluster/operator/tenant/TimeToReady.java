// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.runtime.metrics.Meters;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Measures how long new VirtualClusters take from their creation until they are ready for the first time. */
final class TimeToReady {
    private final Timer timer;
    private final InstantSource clock;

    TimeToReady(Meters meters, InstantSource clock) {
        this.timer = meters.timer("time_to_ready");
        this.clock = clock;
    }

    void noticed(VirtualCluster before, VirtualCluster after) {
        if (!wasEverReady(before) && wasEverReady(after)) {
            var created = Instant.parse(after.getMetadata().getCreationTimestamp());
            timer.record(Duration.between(created, clock.instant()));
        }
    }

    private static boolean wasEverReady(VirtualCluster vc) {
        return vc.getStatus() != null && vc.getStatus().getReadyTime() != null;
    }
}
