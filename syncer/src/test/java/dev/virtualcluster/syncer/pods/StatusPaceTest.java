// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class StatusPaceTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final Instant SCHEDULED = Instant.parse("2026-11-01T10:00:00Z");
    private static final Pod UNSCHEDULED = pod("{status: {phase: Pending}}");
    private static final Pod CREATING = pod("""
            status:
              phase: Pending
              conditions: [{type: PodScheduled, status: "True", lastTransitionTime: "2026-11-01T10:00:00Z"}]
              containerStatuses: [{name: app, restartCount: 0, state: {waiting: {reason: ContainerCreating}}}]
            """);

    private static Duration wait(Pod source, Pod actual, Duration sinceScheduled) {
        return wait(source, actual, sinceScheduled, 0);
    }

    private static Duration wait(Pod source, Pod actual, Duration sinceScheduled, double load) {
        return new StatusPace(InstantSource.fixed(SCHEDULED.plus(sinceScheduled)), () -> load)
                .wait(source, actual, actual.getStatus());
    }

    private static Pod pod(String yaml) {
        // The marker keeps a flow mapping from being taken for JSON.
        Pod pod = YAML.unmarshal("---\n" + yaml, Pod.class);
        pod.setMetadata(new ObjectMeta());
        return pod;
    }

    @Test
    void holdsBackMereProgressForAMoment() {
        assertThat(wait(UNSCHEDULED, CREATING, Duration.ofMillis(500))).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void writesProgressOfAPodThatTakesLong() {
        assertThat(wait(UNSCHEDULED, CREATING, Duration.ofSeconds(2))).isZero();
        assertThat(wait(UNSCHEDULED, CREATING, Duration.ofHours(1))).isZero();
    }

    @Test
    void holdsBackLongerWhereEverybodyIsBusyAndLooksAgainMeanwhile() {
        assertThat(wait(UNSCHEDULED, CREATING, Duration.ofSeconds(5), 0.5)).isEqualTo(Duration.ofSeconds(2));
        assertThat(wait(UNSCHEDULED, CREATING, Duration.ofMillis(10_500), 0.5)).isEqualTo(Duration.ofMillis(500));
        assertThat(wait(UNSCHEDULED, CREATING, Duration.ofSeconds(11), 0.5)).isZero();
        assertThat(wait(UNSCHEDULED, CREATING, Duration.ofSeconds(20), 1)).isZero();
    }

    @Test
    void doesNotWaitForAClockThatIsAhead() {
        assertThat(wait(UNSCHEDULED, CREATING, Duration.ofMinutes(-5))).isZero();
    }

    @Test
    void writesARunningPodAtOnce() {
        Pod running = pod("{status: {phase: Running}}");

        assertThat(wait(UNSCHEDULED, running, Duration.ZERO)).isZero();
    }

    @Test
    void writesAnUnschedulablePodAtOnce() {
        Pod unschedulable = pod(
                "{status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable}]}}");

        assertThat(wait(UNSCHEDULED, unschedulable, Duration.ZERO)).isZero();
    }

    @Test
    void writesTroubleAtOnce() {
        Pod trouble = pod("""
                status:
                  phase: Pending
                  conditions: [{type: PodScheduled, status: "True", lastTransitionTime: "2026-11-01T10:00:00Z"}]
                  containerStatuses: [{name: app, restartCount: 0, state: {waiting: {reason: ErrImagePull}}}]
                """);

        assertThat(wait(UNSCHEDULED, trouble, Duration.ZERO)).isZero();
    }
}
