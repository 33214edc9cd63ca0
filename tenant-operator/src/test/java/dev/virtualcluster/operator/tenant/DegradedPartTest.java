// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.status.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DegradedPartTest {
    @ParameterizedTest
    @CsvSource({"ETCD, 1, 1", "ETCD, 3, 2", "ETCD, 5, 3", "API_SERVER, 2, 1", "CONTROLLER_MANAGER, 2, 1"})
    void needsAMajorityOfEtcdAndOneOfTheOthers(Part part, int replicas, int needed) {
        assertThat(part.needed(replicas)).isEqualTo(needed);
    }

    @Test
    void isReadyAndSaysWhatIsMissing() {
        var starting = Outcome.waiting("PodsNotReady", "etcd is starting");
        var stuck = Outcome.blocked("Unschedulable", "etcd's pod etcd-2 cannot be scheduled: no node");

        assertThat(ControlPlane.degraded(Part.ETCD, 2, 3, starting))
                .isEqualTo(Outcome.ready("Degraded", "etcd runs with 2 of 3 replicas"));
        assertThat(ControlPlane.degraded(Part.ETCD, 2, 3, stuck).message())
                .isEqualTo("etcd runs with 2 of 3 replicas: etcd's pod etcd-2 cannot be scheduled: no node");
    }
}
