// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import java.time.Duration;
import java.util.List;
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
    void whatRunsGoesOnWhereALookBreaksOff() {
        report.put(ConditionTypes.ETCD_READY, Outcome.ready("Running", "etcd runs"));

        report.breakOff(
                Outcome.blocked("Failing", "no end"),
                Report.ASPECTS.stream().map(ReportTest::standing).toList());

        assertThat(report.summary().isReady()).isTrue();
        assertThat(report.outcome(ConditionTypes.ETCD_READY).message()).isEqualTo("etcd runs");
        assertThat(report.upToDate()).contains(Outcome.blocked("Failing", "no end"));
    }

    @Test
    void whatFailedIsSaidWhereALookBreaksOff() {
        report.put(ConditionTypes.ETCD_READY, Outcome.blocked("CrashLoopBackOff", "etcd ends"));

        report.breakOff(
                Outcome.blocked("Failing", "no end"),
                Report.ASPECTS.stream().map(ReportTest::standing).toList());

        assertThat(report.summary().reason()).isEqualTo("CrashLoopBackOff");
    }

    @Test
    void whatNeverBeganWaitsForTheNextLookWhereOneBreaksOff() {
        report.breakOff(Outcome.waiting("Failing", "not begun"), List.of());

        assertThat(report.summary().reason()).isEqualTo("Failing");
        assertThat(report.outcome(ConditionTypes.ETCD_READY).message()).isEqualTo("Waits for the operator's next look");
        assertThat(report.upToDate()).isEmpty();
    }

    private static Condition standing(String type) {
        var condition = new Condition();
        condition.setType(type);
        condition.setStatus(Condition.TRUE);
        condition.setReason("Former");
        condition.setMessage("as it was");
        return condition;
    }

    @Test
    void nobodyAskedForOne() {
        assertThat(report.nextLook()).isEmpty();
    }
}
