// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static dev.virtualcluster.syncer.pods.PodWorld.pod;
import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Ends of pods, from either side and in the middle of a restart; both sides end clean. */
class PodEndIT {
    private static PodWorld pods;

    @BeforeAll
    static void start() {
        pods = new PodWorld("ends");
    }

    @AfterAll
    static void stop() {
        pods.close();
    }

    @Test
    void endsPodThatTheTenantDeletesWithItsGrace() {
        // Given
        Pod running = pods.running(pod("graceful", "web").build());

        // When
        pods.tenant().client().resource(running).withGracePeriod(17).delete();

        // Then
        eventually(() -> assertThat(superPod(running).getMetadata().getDeletionGracePeriodSeconds())
                .isEqualTo(17));
        assertThat(pods.tenantPod(running))
                .as("tenant pod while containers stop")
                .isNotNull();
        pods.kubelet().finish(superPod(running));
        pods.awaitGone(running);
    }

    @Test
    void passesShorterGraceOfSecondDeletion() {
        // Given
        Pod running = pods.running(pod("shorter", "web").build());
        pods.tenant().client().resource(running).withGracePeriod(600).delete();
        eventually(() -> assertThat(superPod(running).getMetadata().getDeletionGracePeriodSeconds())
                .isEqualTo(600));

        // When
        pods.tenant().client().resource(running).withGracePeriod(5).delete();

        // Then
        eventually(() -> assertThat(superPod(running).getMetadata().getDeletionGracePeriodSeconds())
                .isEqualTo(5));
        pods.kubelet().finish(superPod(running));
        pods.awaitGone(running);
    }

    @Test
    void endsPodThatWasNeverScheduled() {
        // Given
        Pod created = pods.create(pod("pending", "web").build());
        pods.awaitSuperPod(created);

        // When
        pods.tenant().client().resource(created).delete();

        // Then
        pods.awaitGone(created);
    }

    @Test
    void givesContainersTheirTimeWhenTheTenantForces() {
        // Given
        Pod running = pods.running(pod("forced", "web").build());

        // When
        pods.tenant().client().resource(running).withGracePeriod(0).delete();

        // Then
        eventually(() -> {
            assertThat(pods.tenantPod(running)).isNull();
            assertThat(superPod(running).getMetadata().getDeletionGracePeriodSeconds())
                    .isEqualTo(30);
        });
        pods.kubelet().finish(superPod(running));
        pods.awaitGone(running);
    }

    @Test
    void takesPodFromDeadNodeWhenTheTenantForces() {
        // Given
        Pod running = pods.running(pod("dead-node", "web-0").build());
        pods.tenant().client().resource(running).withGracePeriod(0).delete();
        Pod next = pods.create(pod("dead-node", "web-0").build());
        eventually(() ->
                assertThat(superPod(next).getMetadata().getDeletionTimestamp()).isNotNull());

        // When the kubelet says nothing for longer than the grace
        pods.world().stopSyncer();
        pods.world().startSyncer(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(90)));

        // Then
        eventually(() -> assertThat(superPod(next).getMetadata().getAnnotations())
                .containsEntry(Keys.TENANT_UID, next.getMetadata().getUid()));
        pods.world().stopSyncer();
        pods.world().startSyncer();
    }

    @Test
    void endsTenantPodWhenTheSuperClusterEvictsIt() {
        // Given
        Pod running = pods.running(pod("evicted", "web").build());

        // When
        pods.world()
                .superClient()
                .resource(superPod(running))
                .withGracePeriod(21)
                .delete();

        // Then
        eventually(() -> assertThat(tenantPod(running).getMetadata().getDeletionGracePeriodSeconds())
                .isEqualTo(21));
        pods.kubelet().finish(superPod(running));
        pods.awaitGone(running);
    }

    @Test
    void endsTenantPodWhenTheSuperPodVanishes() {
        // Given
        Pod running = pods.running(pod("vanished", "web").build());

        // When
        pods.world()
                .superClient()
                .resource(superPod(running))
                .withGracePeriod(0)
                .delete();

        // Then
        pods.awaitGone(running);
    }

    @Test
    void makesUnscheduledSuperPodAnew() {
        // Given
        Pod created = pods.create(pod("anew", "web").build());
        Pod first = pods.awaitSuperPod(created);

        // When
        pods.world().superClient().resource(first).delete();

        // Then
        eventually(() -> assertThat(superPod(created).getMetadata().getUid())
                .isNotEqualTo(first.getMetadata().getUid()));
        assertThat(pods.tenantPod(created)).isNotNull();
    }

    @Test
    void replacesPodOfTheSameName() {
        // Given
        Pod first = pods.running(pod("replaced", "web-0").build());
        pods.tenant().client().resource(first).withGracePeriod(0).delete();

        // When
        Pod second = pods.create(pod("replaced", "web-0").build());

        // Then
        eventually(() -> assertThat(superPod(second).getMetadata().getDeletionTimestamp())
                .isNotNull());
        pods.kubelet().finish(superPod(second));
        eventually(() -> assertThat(superPod(second).getMetadata().getAnnotations())
                .containsEntry(Keys.TENANT_UID, second.getMetadata().getUid()));
        assertThat(pods.tenantPod(second)).isNotNull();
    }

    @Test
    void saysOfPodThatFinalizersHoldThatItHasFailed() {
        // Given
        Pod pending = pods.create(pod("held", "web")
                .editMetadata()
                .addToFinalizers("example.com/accounting")
                .endMetadata()
                .build());
        pods.awaitSuperPod(pending);

        // When
        pods.tenant().client().resource(pending).delete();

        // Then
        eventually(() -> {
            assertThat(pods.superPod(pending)).isNull();
            assertThat(tenantPod(pending).getStatus().getPhase()).isEqualTo("Failed");
        });
        pods.tenant()
                .client()
                .resource(pending)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        pods.awaitGone(pending);
    }

    @Test
    void saysOfGatedPodThatFinalizersHoldThatItHasFailed() {
        // Given
        Pod gated = pods.create(gated("gated-held")
                .editMetadata()
                .addToFinalizers("example.com/accounting")
                .endMetadata()
                .build());

        // When
        pods.tenant().client().resource(gated).delete();

        // Then
        eventually(() -> assertThat(tenantPod(gated).getStatus().getPhase()).isEqualTo("Failed"));
        assertThat(pods.superPod(gated)).isNull();
        pods.tenant()
                .client()
                .resource(gated)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        pods.awaitGone(gated);
    }

    @Test
    void finishesDeletionOfGatedPodThatWasLeftHalfDone() {
        // Given
        Pod gated = pods.create(gated("gated-half").build());

        // When
        pods.world().stopSyncer();
        storeHalfDeleted(tenantPod(gated));
        pods.world().startSyncer();

        // Then
        pods.awaitGone(gated);
    }

    private static PodBuilder gated(String namespace) {
        return pod(namespace, "web")
                .editSpec()
                .addNewSchedulingGate("example.com/quota")
                .endSpec();
    }

    @Test
    void leavesPodToTheFinalizersOfTheTenant() {
        // Given
        Pod running = pods.running(pod("finalizers", "web")
                .editMetadata()
                .addToFinalizers("example.com/accounting")
                .endMetadata()
                .build());
        pods.tenant().client().resource(running).delete();
        eventually(() -> assertThat(superPod(running).getMetadata().getDeletionTimestamp())
                .isNotNull());

        // When
        pods.kubelet().finish(superPod(running));

        // Then
        eventually(() -> {
            assertThat(pods.superPod(running)).isNull();
            assertThat(tenantPod(running).getMetadata().getDeletionGracePeriodSeconds())
                    .isZero();
        });
        pods.tenant()
                .client()
                .resource(running)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        pods.awaitGone(running);
    }

    @Test
    void catchesUpWithWhatHappenedWhileItWasDown() {
        // Given
        Pod vanished = pods.running(pod("restart", "vanished").build());
        Pod deleted = pods.running(pod("restart", "deleted").build());
        Pod reported = pods.create(pod("restart", "reported").build());
        Pod superReported = pods.awaitSuperPod(reported);
        pods.world().stopSyncer();

        // When
        pods.world()
                .superClient()
                .resource(superPod(vanished))
                .withGracePeriod(0)
                .delete();
        pods.tenant().client().resource(deleted).withGracePeriod(0).delete();
        pods.kubelet().schedule(superReported);
        pods.kubelet().run(superReported);
        Pod created = pods.create(pod("restart", "created").build());
        pods.world().startSyncer();

        // Then
        eventually(() -> {
            assertThat(pods.tenantPod(vanished))
                    .as("pod whose super pod vanished")
                    .isNull();
            assertThat(superPod(deleted).getMetadata().getDeletionTimestamp()).isNotNull();
            assertThat(tenantPod(reported).getStatus().getPhase()).isEqualTo("Running");
            assertThat(pods.superPod(created)).as("super pod of the new pod").isNotNull();
        });
        pods.kubelet().finish(superPod(deleted));
        pods.awaitGone(deleted);
    }

    /** Kubernetes deletes a pod whose time is up in two steps; a syncer that is killed between them cancels the second. */
    @Test
    void finishesDeletionThatAKilledSyncerLeftHalfDone() {
        // Given
        Pod running = pods.running(pod("half", "deleted").build());
        pods.world().stopSyncer();
        pods.world()
                .superClient()
                .resource(superPod(running))
                .withGracePeriod(0)
                .delete();

        // When
        storeHalfDeleted(tenantPod(running));
        pods.world().startSyncer();

        // Then
        pods.awaitGone(running);
    }

    private static void storeHalfDeleted(Pod pod) {
        Pod half = new PodBuilder(pod)
                .editMetadata()
                .withResourceVersion(null)
                .withDeletionTimestamp(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .withDeletionGracePeriodSeconds(0L)
                .endMetadata()
                .editStatus()
                .withPhase("Failed")
                .endStatus()
                .build();
        String key = "/registry/pods/" + pod.getMetadata().getNamespace() + "/"
                + pod.getMetadata().getName();
        World.tenantServer(1).store(key, Serialization.asJson(half));
        assertThat(tenantPod(pod).getMetadata().getDeletionGracePeriodSeconds()).isZero();
    }

    private static Pod tenantPod(Pod pod) {
        return Objects.requireNonNull(pods.tenantPod(pod));
    }

    private static Pod superPod(Pod pod) {
        Pod found = pods.superPod(pod);
        assertThat(found)
                .as("super pod of " + pod.getMetadata().getName() + "; tenant: " + pods.tenantPod(pod))
                .isNotNull();
        return Objects.requireNonNull(found);
    }
}
