// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.ConditionTypes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When the next look is due, and what the whole comes to. */
class ReportTest {
    private final Report report = new Report();

    @Test
    void theSoonestLookCountsWhoeverAskedForIt() {
        report.lookAgainAfter(Duration.ofMinutes(1));
        report.lookAgainAfter(Duration.ofSeconds(10));
        report.lookAgainAfter(Duration.ofHours(12));

        assertThat(report.nextLook()).contains(Duration.ofSeconds(10));
    }

    @Test
    void anOutcomeMayAskForOneThatIsSooner() {
        report.lookAgainAfter(Duration.ofMinutes(1));
        report.put("DNS", Outcome.waiting("Connecting", "not yet", Duration.ofMillis(250)));

        assertThat(report.nextLook()).contains(Duration.ofMillis(250));
    }

    @Test
    void namesAFaultBeforeASpecificationThatWasRefused() {
        report.refuseSpecification(Outcome.blocked("EtcdSizeFixed", "no"));
        report.put(ConditionTypes.NAMESPACE_READY, Outcome.ready("Created", "yes"));
        report.put(ConditionTypes.ETCD_READY, Outcome.blocked("CrashLoopBackOff", "etcd ends"));

        assertThat(report.summary().reason()).isEqualTo("CrashLoopBackOff");
    }

    @Test
    void namesTheRefusalWhereThePartMerelyWaits() {
        report.refuseSpecification(Outcome.blocked("EtcdSizeFixed", "no"));
        report.put(ConditionTypes.ETCD_READY, Outcome.waiting("PodsNotReady", "soon"));

        assertThat(report.summary().reason()).isEqualTo("EtcdSizeFixed");
    }

    @Test
    void nobodyAskedForOne() {
        assertThat(report.nextLook()).isEmpty();
    }
}
