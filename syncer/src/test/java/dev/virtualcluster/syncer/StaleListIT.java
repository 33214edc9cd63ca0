// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static dev.virtualcluster.syncer.pods.PodWorld.pod;
import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.config.SyncerConfig;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.engine.SyncEngine;
import dev.virtualcluster.syncer.engine.SyncedKind;
import dev.virtualcluster.syncer.kinds.SyncedKinds;
import dev.virtualcluster.syncer.pods.PodWorld;
import dev.virtualcluster.syncer.testing.PaperTenant;
import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.tokens.TokenKind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A watch begins anew and lists from a tenant's API server that lags: the caches lack what is there, or show what was
 * there before. Nothing that lives is removed for that. The kinds work on real servers, with caches that the test fills.
 */
class StaleListIT {
    private static final ObjectKey SETTINGS = new ObjectKey("stale", "settings");
    private static final String EARLIER = "00000000-0000-0000-0000-000000000000";

    private static PodWorld pods;
    private static TenantWorld tenant;
    private static ConfigMap map;
    private static Pod pod;
    private static ClientPlatform platform;
    private static SyncEngine engine;

    @BeforeAll
    static void start() throws Exception {
        pods = new PodWorld("stale");
        tenant = pods.tenant();
        pod = pods.create(withToken(pod("stale", "web")));
        map = tenant.createConfigMap("stale", "settings", Map.of("a", "1"));
        pods.awaitSuperPod(pod);
        eventually(() -> {
            assertThat(superMap()).as("twin").isNotNull();
            assertThat(tokens()).as("tokens").isNotNull();
        });
        // Its caches are right; ours are not.
        pods.world().stopSyncer();
        platform = ClientPlatform.start();
        engine = new SyncEngine(
                new SuperCluster(
                        platform.connect(
                                "super-stale", pods.world().superServer().config()),
                        System::nanoTime),
                SyncerConfig.forTests(),
                Meters.of("stale"),
                InstantSource.system());
        engine.start(SyncedKinds.all(engine.context()), Duration.ofMinutes(1));
    }

    @AfterAll
    static void stop() {
        engine.close();
        platform.close();
        tenant.client().resource(pod).withGracePeriod(0).delete();
        tenant.client().namespaces().withName("stale").delete();
        pods.close();
    }

    @Test
    void keepsTwinOfObjectThatTheListLacks() throws Exception {
        Result result = kind("configmaps").down(new PaperTenant(tenant), SETTINGS);

        assertThat(result).isInstanceOf(Result.RequeueAfter.class);
        assertThat(superMap()).as("twin").isNotNull();
    }

    @Test
    void keepsTwinOfObjectWhosePredecessorTheListShows() throws Exception {
        PaperTenant stale = new PaperTenant(tenant)
                .with(new ConfigMapBuilder(map)
                        .editMetadata()
                        .withUid(EARLIER)
                        .endMetadata()
                        .build());

        Result result = kind("configmaps").down(stale, SETTINGS);

        assertThat(result).isInstanceOf(Result.RequeueAfter.class);
        assertThat(superMap()).as("twin").isNotNull();
    }

    @Test
    void keepsPodThatTheListLacksOrShowsBehindItsGates() throws Exception {
        PaperTenant gated = new PaperTenant(tenant)
                .with(new PodBuilder(pod)
                        .editSpec()
                        .addNewSchedulingGate("example.com/wait")
                        .endSpec()
                        .build());

        Result result = kind("pods").down(new PaperTenant(tenant), ObjectKey.of(pod));
        kind("pods").down(gated, ObjectKey.of(pod));

        assertThat(result).isInstanceOf(Result.RequeueAfter.class);
        assertThat(superPod().getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void keepsPodWhosePredecessorTheListShowsOnItsWayOut() throws Exception {
        PaperTenant stale = new PaperTenant(tenant)
                .with(new PodBuilder(pod)
                        .editMetadata()
                        .withUid(EARLIER)
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .withDeletionGracePeriodSeconds(30L)
                        .endMetadata()
                        .build());

        Result result = kind("pods").down(stale, ObjectKey.of(pod));

        assertThat(result).isInstanceOf(Result.RequeueAfter.class);
        assertThat(superPod().getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void keepsTokensOfPodThatTheListLacks() {
        PaperTenant stale = new PaperTenant(tenant);
        TokenKind kind = (TokenKind) kind("tokens");

        kind.deleted(stale, pod);
        kind.down(stale, ObjectKey.of(pod));

        assertThat(tokens()).as("tokens").isNotNull();
    }

    private static SyncedKind<?, ?> kind(String name) {
        return engine.kinds().stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Pod withToken(PodBuilder builder) {
        return builder.editSpec()
                .withServiceAccountName("default")
                .addNewVolume()
                .withName("access")
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken()
                .withExpirationSeconds(600L)
                .withPath("token")
                .endServiceAccountToken()
                .endSource()
                .endProjected()
                .endVolume()
                .endSpec()
                .build();
    }

    private static ConfigMap superMap() {
        return pods.world()
                .superClient()
                .configMaps()
                .inNamespace(tenant.superNamespace("stale"))
                .withName("settings")
                .get();
    }

    private static Pod superPod() {
        Pod found = pods.superPod(pod);
        assertThat(found).as("super pod").isNotNull();
        return found;
    }

    private static Secret tokens() {
        return pods.world()
                .superClient()
                .secrets()
                .inNamespace(tenant.superNamespace("stale"))
                .withName("vc-token-" + pod.getMetadata().getUid())
                .get();
    }
}
