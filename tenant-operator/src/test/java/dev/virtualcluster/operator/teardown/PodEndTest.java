// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PodEndTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration LONGEST = Duration.ofSeconds(30);

    @Test
    void givesAPodItsOwnGraceUpToABoundHoweverLateTheFirstLookIs() {
        assertThat(PodEnd.graceToSend(pod(10L).build(), LONGEST, NOW)).hasValue(10);
        assertThat(PodEnd.graceToSend(pod(3600L).build(), LONGEST, NOW)).hasValue(30);
        assertThat(PodEnd.graceToSend(pod(null).build(), LONGEST, NOW)).hasValue(30);
    }

    @Test
    void shortensAGraceThatSomebodyElseGave() {
        assertThat(PodEnd.graceToSend(ending(3600L, 3600, NOW.plusSeconds(3000)), LONGEST, NOW))
                .hasValue(30);
    }

    @Test
    void leavesAPodAloneThatIsEnding() {
        for (Instant end : new Instant[] {NOW.plusSeconds(30), NOW, NOW.minus(PodEnd.PATIENCE)}) {
            Pod ending = ending(30L, 30, end);
            assertThat(PodEnd.graceToSend(ending, LONGEST, NOW))
                    .as("its grace ends at %s", end)
                    .isEqualTo(OptionalLong.empty());
            assertThat(PodEnd.isOverdue(ending, NOW)).isFalse();
        }
    }

    @Test
    void removesAPodByForceThatOutlivedItsGraceAndAllPatience() {
        Pod left = ending(30L, 30, NOW.minus(PodEnd.PATIENCE).minusSeconds(1));

        assertThat(PodEnd.isOverdue(left, NOW)).isTrue();
        assertThat(PodEnd.graceToSend(left, LONGEST, NOW)).hasValue(0);
    }

    @Test
    void removesAPodByForceOnce() {
        Pod held = ending(30L, 0, NOW.minus(Duration.ofHours(1)));

        assertThat(PodEnd.graceToSend(held, LONGEST, NOW)).isEmpty();
    }

    @Test
    void tellsPodsThatWereMadeLater() {
        Pod pod = pod(30L).editMetadata()
                .withCreationTimestamp("2026-01-01T12:00:01Z")
                .endMetadata()
                .build();

        assertThat(PodEnd.isMadeAfter(pod, NOW)).isTrue();
        assertThat(PodEnd.isMadeAfter(pod, NOW.plusSeconds(1))).isFalse();
        assertThat(PodEnd.isMadeAfter(pod(30L).build(), NOW)).isFalse();
    }

    private static PodBuilder pod(Long ownGrace) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("web-0")
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(ownGrace)
                .endSpec();
    }

    private static Pod ending(Long ownGrace, long asked, Instant end) {
        return pod(ownGrace)
                .editMetadata()
                .withDeletionTimestamp(end.toString())
                .withDeletionGracePeriodSeconds(asked)
                .endMetadata()
                .build();
    }
}
