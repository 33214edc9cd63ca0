// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static dev.virtualcluster.syncer.pods.PodWorld.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.syncer.config.SyncerConfig;
import dev.virtualcluster.syncer.engine.Drift;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.engine.SyncEngine;
import dev.virtualcluster.syncer.engine.SyncedKind;
import dev.virtualcluster.syncer.kinds.SyncedKinds;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a patrol finds of deletions and changes that no event told. The super cluster is real, the tenant's caches hold what the test
 * puts there, and nobody acts on what is found.
 */
class PodPatrolIT {
    private static PodWorld pods;
    private static Pod running;
    private static Pod ending;
    private static ClientPlatform platform;
    private static SyncEngine engine;

    /** Moved by a test; read by the engine. */
    private static volatile Duration ahead = Duration.ZERO;

    @BeforeAll
    static void start() throws Exception {
        pods = new PodWorld("patrol");
        running = pods.running(pod("patrolled", "running").build());
        ending = pods.running(pod("patrolled", "ending").build());
        pods.world().stopSyncer();
        pods.world()
                .superClient()
                .resource(Objects.requireNonNull(pods.superPod(ending)))
                .withGracePeriod(20)
                .delete();
        platform = ClientPlatform.start();
        engine = new SyncEngine(
                new SuperCluster(
                        platform.connect(
                                "super-patrol", pods.world().superServer().config()),
                        System::nanoTime),
                SyncerConfig.forTests(),
                Meters.of("patrol"),
                () -> Clock.systemUTC().instant().plus(ahead));
        engine.start(SyncedKinds.all(engine.context()), Duration.ofMinutes(1));
    }

    @AfterAll
    static void stop() {
        engine.close();
        platform.close();
        pods.tenant().client().namespaces().withName("patrolled").delete();
        pods.close();
    }

    @Test
    void findsNothingInPodsThatAreInStep() {
        assertThat(findings(deleted(ending, 20L))).isEmpty();
        assertThat(findings(running)).isEmpty();
    }

    @Test
    void findsDeletionOfWhichTheSuperPodDoesNotKnow() {
        assertThat(findings(deleted(running, 30L))).containsExactly("down running desired");
    }

    @Test
    void findsShorterGraceOfSecondDeletion() {
        assertThat(findings(deleted(ending, 5L))).containsExactly("down ending desired");
    }

    @Test
    void findsConditionOfReadinessGateThatWasNotPassed() {
        Pod gated = new PodBuilder(running)
                .editSpec()
                .addNewReadinessGate("example.com/checked")
                .endSpec()
                .editStatus()
                .addNewCondition()
                .withType("example.com/checked")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();

        assertThat(findings(gated)).contains("down running desired");
    }

    @Test
    void findsStatusOfRunningPodThatTodaysPolicyRefuses() {
        Pod refused = new PodBuilder(running)
                .editSpec()
                .withRuntimeClassName("theirs")
                .endSpec()
                .editStatus()
                .withPhase("Pending")
                .endStatus()
                .build();

        assertThat(findings(refused)).containsExactly("up running status");
    }

    @Test
    void findsSuperPodOnDeadNodeWhoseTenantPodIsGone() {
        assertThat(findings(running)).as("while the kubelet has time").isEmpty();
        ahead = Duration.ofSeconds(90);
        try {
            assertThat(findings(running)).containsExactly("down ending extra");
        } finally {
            ahead = Duration.ZERO;
        }
    }

    /** What the patrol finds for a tenant that has this pod, and of the other one's super pod. */
    private static List<String> findings(Pod source) {
        PaperTenant tenant = new PaperTenant(pods.tenant()).with(source);
        if (source.getMetadata().getName().equals("ending")) {
            tenant.with(running);
        }
        List<String> found = new ArrayList<>();
        pods().inspect(tenant, new SyncedKind.Findings() {
            @Override
            public void down(ObjectKey key, Drift drift) {
                add("down", key, drift);
            }

            @Override
            public void up(ObjectKey key, Drift drift) {
                add("up", key, drift);
            }

            /** The tenant's server is shared with other tests, and what they leave behind is mirrored too. */
            private void add(String direction, ObjectKey key, Drift drift) {
                if (key.namespace().equals("patrolled")) {
                    found.add(direction + " " + key.name() + " " + drift.label());
                }
            }
        });
        return found;
    }

    private static SyncedKind<?, ?> pods() {
        return engine.kinds().stream()
                .filter(kind -> kind.name().equals("pods"))
                .findFirst()
                .orElseThrow();
    }

    private static Pod deleted(Pod pod, long grace) {
        return new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .withDeletionGracePeriodSeconds(grace)
                .endMetadata()
                .build();
    }
}
