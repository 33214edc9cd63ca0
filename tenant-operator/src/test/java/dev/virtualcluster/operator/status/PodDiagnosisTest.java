// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodDiagnosisTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void namesTheImageThatCannotBePulledTheSameWayInBothStates() {
        var pulling = diagnose(waiting("ErrImagePull", "registry.example: not found", 0));
        var backingOff = diagnose(waiting(
                "ImagePullBackOff",
                "Back-off pulling image \"example.org/a:1\": ErrImagePull: registry.example: not found",
                0));

        assertThat(pulling).isInstanceOf(Outcome.Blocked.class).isEqualTo(backingOff);
        assertThat(pulling.reason()).isEqualTo("ImagePullFailed");
        assertThat(pulling.message())
                .isEqualTo("etcd's pod etcd-0 cannot get the image example.org/a:1: registry.example: not found");
    }

    @Test
    void repeatsWhyAPodCannotBeScheduledAndIsPatientAtFirst() {
        var young = diagnose(unschedulable("2026-11-22T09:59:55Z"));
        var old = diagnose(unschedulable("2026-11-22T09:59:00Z"));

        assertThat(old.reason()).isEqualTo("Unschedulable");
        assertThat(old.message()).contains("etcd-0 cannot be scheduled: 0/2 nodes are available");
        assertThat(old).isInstanceOf(Outcome.Blocked.class);
        assertThat(young).isEqualTo(Outcome.waiting("Unschedulable", old.message(), Duration.ofSeconds(5)));
    }

    @Test
    void asksForAStorageClassWhenAClaimStaysUnbound() {
        var pod = unschedulable("2026-11-22T09:59:00Z");
        pod.getStatus()
                .getConditions()
                .getFirst()
                .setMessage("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.");

        assertThat(diagnose(pod).message())
                .endsWith("PersistentVolumeClaims.; is there a default StorageClass?"
                        + " (chart value controlPlane.etcd.persistence)");
        assertThat(diagnose(unschedulable("2026-11-22T09:59:00Z")).message()).doesNotContain("StorageClass");
    }

    @Test
    void saysWhereToLookWhenAStartTakesLong() {
        assertThat(diagnose(starting("2026-11-22T09:59:40Z")))
                .isEqualTo(Outcome.waiting("PodsNotReady", "etcd is starting", Duration.ofSeconds(40)));
        assertThat(diagnose(starting("2026-11-22T09:59:00Z")))
                .isEqualTo(Outcome.waiting(
                        "PodsNotReady",
                        "etcd is starting; see kubectl -n root describe pod etcd-0, kubectl -n root logs etcd-0"));
    }

    @Test
    void isPatientWithTheFirstCrashes() {
        assertThat(diagnose(waiting("CrashLoopBackOff", "", 1)).reason()).isEqualTo("PodsNotReady");

        var loop = diagnose(waiting("CrashLoopBackOff", "", 5));
        assertThat(loop.reason()).isEqualTo("CrashLoopBackOff");
        assertThat(loop.message()).contains("ended with exit code 2, Error");
    }

    @Test
    void waitsForPodsThatAreNotThereYet() {
        assertThat(PodDiagnosis.of("etcd", List.of(), NOW).reason()).isEqualTo("PodsMissing");
    }

    private static Outcome diagnose(Pod pod) {
        return PodDiagnosis.of("etcd", List.of(pod), NOW);
    }

    private static Pod starting(String since) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("root")
                .withName("etcd-0")
                .withCreationTimestamp(since)
                .endMetadata()
                .withNewStatus()
                .endStatus()
                .build();
    }

    private static Pod unschedulable(String since) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("etcd-0")
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withLastTransitionTime(since)
                .withMessage("0/2 nodes are available: 2 Insufficient memory.")
                .endCondition()
                .endStatus()
                .build();
    }

    private static Pod waiting(String reason, String message, int restarts) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("etcd-0")
                .endMetadata()
                .withNewStatus()
                .addNewContainerStatus()
                .withName("etcd")
                .withImage("example.org/a:1")
                .withRestartCount(restarts)
                .withNewState()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message)
                .endWaiting()
                .endState()
                .withNewLastState()
                .withNewTerminated()
                .withExitCode(2)
                .withReason("Error")
                .endTerminated()
                .endLastState()
                .endContainerStatus()
                .endStatus()
                .build();
    }
}
