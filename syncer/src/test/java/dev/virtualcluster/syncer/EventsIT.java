// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.syncer.pods.PodWorld;
import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Events of the super cluster reach the tenant in its own words. */
class EventsIT {
    private static World world;
    private static TenantWorld tenant;

    @BeforeAll
    static void start() {
        world = World.of("events", 1).startSyncer();
        tenant = world.tenant(1);
        tenant.createNamespace("told");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void speaksTheTenantsWordsAndLeaksNothing() {
        // Given
        Service source = createService("balanced");
        Service twin = twin("balanced");

        // When
        world.superClient()
                .resource(event(
                        twin,
                        "first",
                        "Cannot serve " + tenant.superNamespace("told") + "/balanced (" + tenant.key() + ", "
                                + twin.getMetadata().getUid() + ")"))
                .create();

        // Then
        eventually(() -> {
            Event told = told("first");
            assertThat(told).isNotNull();
            assertThat(told.getInvolvedObject().getUid())
                    .isEqualTo(source.getMetadata().getUid());
            assertThat(told.getInvolvedObject().getNamespace()).isEqualTo("told");
            assertThat(told.getMessage()).startsWith("Cannot serve told/balanced");
            assertThat(told.toString())
                    .doesNotContain(tenant.key().value())
                    .doesNotContain(twin.getMetadata().getUid())
                    .doesNotContain("super-host");
        });
    }

    /** What kubelets tell of a pod that starts must not stand in the way of its status. */
    @Test
    void ordinaryEventsOfAStartingPodLetItsStatusPass() {
        // Given
        Pod source = createPod("unhurried");
        Event ordinary = containerEvent(superPod(source), "ordinary", "spec.containers{app}");
        long begin = System.nanoTime();

        // When
        world.superClient().resource(ordinary).create();

        // Then
        eventually(() -> assertThat(told("ordinary")).isNotNull());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(1));
        tenant.client().resource(source).delete();
    }

    @Test
    void anEventWithoutKindHurtsNobody() {
        // Given
        createService("sane");
        Event odd = event(twin("sane"), "odd", "about nothing");
        odd.getInvolvedObject().setKind(null);
        odd.getInvolvedObject().setName(null);
        world.superClient().resource(odd).create();

        // When
        world.superClient().resource(event(twin("sane"), "sane", "about ours")).create();

        // Then
        eventually(() -> assertThat(told("sane")).isNotNull());
        assertThat(told("odd")).isNull();
    }

    @Test
    void followsRepetitions() {
        // Given
        createService("repeated");
        Event first = world.superClient()
                .resource(event(twin("repeated"), "again", "once"))
                .create();
        eventually(() -> assertThat(told("again")).isNotNull());

        // When
        world.superClient()
                .resource(new EventBuilder(first)
                        .withCount(5)
                        .withLastTimestamp("2026-01-01T00:05:00Z")
                        .build())
                .update();

        // Then
        eventually(() -> {
            assertThat(told("again").getCount()).isEqualTo(5);
            assertThat(told("again").getLastTimestamp()).isEqualTo("2026-01-01T00:05:00Z");
        });
    }

    /** Pod and tokens are stored side by side; the kubelet looks again half a second later. */
    @Test
    void tellsOfMissingTokensOnlyWhatIsSaidTwice() {
        // Given
        Pod source = createPod("awaiting");
        String missing = "MountVolume.SetUp failed for volume \"tokens\" : secret \"vc-token-"
                + source.getMetadata().getUid() + "\" not found";
        Event first = world.superClient()
                .resource(new EventBuilder(containerEvent(superPod(source), "early", ""))
                        .withType("Warning")
                        .withReason("FailedMount")
                        .withMessage(missing)
                        .build())
                .create();
        world.superClient()
                .resource(new EventBuilder(containerEvent(superPod(source), "marker-of-early", ""))
                        .withType("Warning")
                        .build())
                .create();
        eventually(() -> assertThat(told("marker-of-early")).isNotNull());
        assertThat(told("early")).isNull();

        // When
        world.superClient()
                .resource(new EventBuilder(first).withCount(2).build())
                .update();

        // Then
        eventually(() -> assertThat(told("early")).isNotNull());
        assertThat(told("early").getMessage()).contains("\"service account token\" not found");
        tenant.client().resource(source).delete();
    }

    @Test
    void keepsSilentAboutObjectsThatAreNotTheTenants() {
        // Given
        createService("known");
        Service twin = twin("known");
        world.superClient()
                .resource(new EventBuilder(event(twin, "stranger", "about a stranger"))
                        .editInvolvedObject()
                        .withName("stranger")
                        .withUid("11111111-1111-1111-1111-111111111111")
                        .endInvolvedObject()
                        .build())
                .create();

        // When
        world.superClient().resource(event(twin, "marker", "about ours")).create();

        // Then
        eventually(() -> assertThat(told("marker")).isNotNull());
        assertThat(told("stranger")).isNull();
    }

    @Test
    void keepsSilentAboutContainersThatAreNotTheTenants() {
        // Given
        Pod source = createPod("watched");
        Pod superPod = superPod(source);

        // When
        world.superClient()
                .resource(containerEvent(superPod, "hidden", "spec.ephemeralContainers{debugger-ab1cd}"))
                .create();
        world.superClient()
                .resource(containerEvent(superPod, "implicit", "implicitly required container mesh"))
                .create();
        world.superClient()
                .resource(containerEvent(superPod, "shown", "spec.containers{app}"))
                .create();

        // Then
        eventually(() -> assertThat(told("shown")).isNotNull());
        assertThat(told("hidden")).isNull();
        assertThat(told("implicit")).isNull();
        tenant.client().resource(source).delete();
    }

    private static Pod createPod(String name) {
        Pod created =
                tenant.client().resource(PodWorld.pod("told", name).build()).create();
        eventually(() -> assertThat(superPod(created)).isNotNull());
        return created;
    }

    private static Pod superPod(Pod source) {
        return world.superClient()
                .pods()
                .inNamespace(tenant.superNamespace("told"))
                .withName(source.getMetadata().getName())
                .get();
    }

    private static Event containerEvent(Pod about, String name, String fieldPath) {
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(about.getMetadata().getNamespace())
                .withName(name)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(about.getMetadata().getNamespace())
                .withName(about.getMetadata().getName())
                .withUid(about.getMetadata().getUid())
                .withFieldPath(fieldPath)
                .endInvolvedObject()
                .withType("Normal")
                .withReason("Created")
                .withMessage("Created a container")
                .withNewSource("kubelet", "node")
                .withReportingComponent("kubelet")
                .withReportingInstance("node")
                .withFirstTimestamp("2026-01-01T00:00:00Z")
                .withLastTimestamp("2026-01-01T00:00:00Z")
                .withCount(1)
                .build();
    }

    @Test
    void tellsAfterARestartWhatHappenedMeanwhile() {
        // Given
        createService("restarted");
        world.superClient()
                .resource(event(twin("restarted"), "before", "said before"))
                .create();
        eventually(() -> assertThat(told("before")).isNotNull());
        String version = told("before").getMetadata().getResourceVersion();

        // When
        world.stopSyncer();
        world.superClient()
                .resource(event(twin("restarted"), "meanwhile", "said meanwhile"))
                .create();
        world.startSyncer();

        // Then
        eventually(() -> assertThat(told("meanwhile")).isNotNull());
        assertThat(told("before").getMetadata().getResourceVersion()).isEqualTo(version);
    }

    private static Service createService(String name) {
        Service created = tenant.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("told")
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        eventually(() -> assertThat(twin(name)).isNotNull());
        return created;
    }

    private static Service twin(String name) {
        return world.superClient()
                .services()
                .inNamespace(tenant.superNamespace("told"))
                .withName(name)
                .get();
    }

    private static Event told(String name) {
        return tenant.client().v1().events().inNamespace("told").withName(name).get();
    }

    private static Event event(Service about, String name, String message) {
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(about.getMetadata().getNamespace())
                .withName(name)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Service")
                .withNamespace(about.getMetadata().getNamespace())
                .withName(about.getMetadata().getName())
                .withUid(about.getMetadata().getUid())
                .withResourceVersion(about.getMetadata().getResourceVersion())
                .endInvolvedObject()
                .withType("Warning")
                .withReason("SyncLoadBalancerFailed")
                .withMessage(message)
                .withNewSource()
                .withComponent("service-controller")
                .endSource()
                .withReportingComponent("service-controller")
                .withReportingInstance("super-host-7")
                .withFirstTimestamp("2026-01-01T00:00:00Z")
                .withLastTimestamp("2026-01-01T00:00:00Z")
                .withCount(1)
                .build();
    }
}
