// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Phases;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.VirtualClusterStatus;
import dev.virtualcluster.runtime.metrics.Meters;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimeToReadyTest {
    private static final String READY_TIME = "2026-01-01T00:00:40Z";

    @Test
    void countsTheFirstTimeAndNoRecovery() {
        try (var meters = Meters.of("operator")) {
            var timeToReady = new TimeToReady(meters, () -> Instant.parse(READY_TIME));
            var fresh = vc(Phases.PENDING, null);
            var ready = vc(Phases.RUNNING, READY_TIME);
            var broken = vc(Phases.PENDING, READY_TIME);

            timeToReady.noticed(fresh, fresh);
            timeToReady.noticed(fresh, ready);
            timeToReady.noticed(ready, broken);
            timeToReady.noticed(broken, ready);

            assertThat(meters.scrape())
                    .contains("vc_operator_time_to_ready_seconds_count 1\n")
                    .contains("vc_operator_time_to_ready_seconds_sum 40.0\n");
        }
    }

    private static VirtualCluster vc(String phase, @Nullable String readyTime) {
        var status = new VirtualClusterStatus();
        status.setPhase(phase);
        status.setReadyTime(readyTime);
        var vc = new VirtualCluster();
        vc.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
        vc.setStatus(status);
        return vc;
    }
}
