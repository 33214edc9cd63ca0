// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When the next look is due. */
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
    void nobodyAskedForOne() {
        assertThat(report.nextLook()).isEmpty();
    }
}
