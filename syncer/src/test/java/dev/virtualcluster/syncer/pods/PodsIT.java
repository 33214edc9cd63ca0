// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static dev.virtualcluster.syncer.pods.PodWorld.pod;
import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A pod's way down and back, between real API servers; the test plays scheduler and kubelet. */
class PodsIT {
    private static PodWorld pods;

    @BeforeAll
    static void start() {
        pods = new PodWorld("pods");
    }

    @AfterAll
    static void stop() {
        pods.close();
    }

    @Test
    void bringsPodToRunningWithTwoWritesInTheTenant() {
        // Given
        Pod created = pods.create(pod("run", "web").build());
        AtomicInteger changes = new AtomicInteger();
        Pod superPod = pods.awaitSuperPod(created);
        try (Watch watch = pods.tenant().client().resource(created).watch(counting(changes))) {
            // When
            pods.kubelet().schedule(superPod);
            eventually(() -> assertThat(tenantPod(created).getSpec().getNodeName())
                    .isEqualTo(pods.kubelet().node()));
            pods.kubelet().run(superPod);

            // Then
            eventually(() -> {
                Pod now = tenantPod(created);
                assertThat(now.getStatus().getPhase()).isEqualTo("Running");
                assertThat(now.getStatus().getPodIP()).isEqualTo("10.244.0.9");
                assertThat(now.getStatus().getContainerStatuses())
                        .extracting("ready")
                        .containsExactly(true);
                assertThat(now.getStatus().getObservedGeneration())
                        .isEqualTo(now.getMetadata().getGeneration());
            });
            assertThat(watch).isNotNull();
        }
        assertThat(changes.get()).as("changes of the tenant's pod").isEqualTo(2);
        assertThat(pods.superPod(created))
                .as("super pod is written once, then bound and reported on")
                .satisfies(pod -> assertThat(pod.getMetadata().getGeneration()).isLessThanOrEqualTo(2));
        assertThat(pods.tenant()
                        .client()
                        .nodes()
                        .withName(pods.kubelet().node())
                        .get())
                .isNotNull();
    }

    @Test
    void tellsWhyPodCannotBeScheduled() {
        // Given
        Pod created = pods.create(pod("unschedulable", "web").build());
        Pod superPod = pods.awaitSuperPod(created);

        // When
        pods.kubelet().report(superPod, """
                        {"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable",
                        "message":"0/2 nodes are available: 2 Insufficient cpu."}]}
                        """);

        // Then
        eventually(() -> assertThat(condition(tenantPod(created), "PodScheduled"))
                .satisfies(condition -> {
                    assertThat(condition.getReason()).isEqualTo("Unschedulable");
                    assertThat(condition.getMessage()).contains("Insufficient cpu");
                }));
    }

    @Test
    void tellsWhyTheSuperClusterRefusesPod() {
        // Given a pod above the Pod Security level
        Pod privileged = pod("refused", "web")
                .editSpec()
                .editFirstContainer()
                .withNewSecurityContext()
                .withPrivileged(true)
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();

        // When
        Pod created = pods.create(privileged);

        // Then
        eventually(() -> {
            List<Event> events = pods.tenant()
                    .client()
                    .v1()
                    .events()
                    .inNamespace("refused")
                    .list()
                    .getItems();
            assertThat(events).anySatisfy(event -> {
                assertThat(event.getReason()).isEqualTo("FailedCreate");
                assertThat(event.getInvolvedObject().getUid())
                        .isEqualTo(created.getMetadata().getUid());
                assertThat(event.getMessage())
                        .contains("privileged")
                        .doesNotContain(pods.tenant().key().value());
            });
        });
        assertThat(pods.superPod(created)).isNull();
        pods.tenant().client().resource(created).delete();
    }

    @Test
    void tellsThatClaimsAreNotSupported() {
        // When
        Pod created = pods.create(pod("claims", "web")
                .editSpec()
                .addNewVolume()
                .withName("data")
                .withNewPersistentVolumeClaim("data-web-0", false)
                .endVolume()
                .endSpec()
                .build());

        // Then
        eventually(() -> assertThat(pods.tenant()
                        .client()
                        .v1()
                        .events()
                        .inNamespace("claims")
                        .list()
                        .getItems())
                .anySatisfy(event -> {
                    assertThat(event.getReason()).isEqualTo("PersistentVolumesUnsupported");
                    assertThat(event.getMessage()).contains("data-web-0");
                }));
        assertThat(pods.superPod(created)).isNull();
        pods.tenant().client().resource(created).withGracePeriod(0).delete();
    }

    @Test
    void tellsThatTheTenantsOwnSchedulerIsNotAsked() {
        // Given
        pods.tenant().createNamespace("wishes");

        // When
        Pod created = pods.create(pod("wishes", "web")
                .editSpec()
                .withSchedulerName("my-scheduler")
                .endSpec()
                .build());

        // Then
        eventually(() -> {
            assertThat(pods.superPod(created)).isNotNull();
            assertThat(pods.tenant()
                            .client()
                            .v1()
                            .events()
                            .inNamespace("wishes")
                            .list()
                            .getItems())
                    .extracting(Event::getReason)
                    .contains("SchedulerIgnored");
        });
        pods.tenant().client().resource(created).withGracePeriod(0).delete();
    }

    @Test
    void passesUpdatesInPlace() {
        // Given
        Pod running = pods.running(pod("updates", "web")
                .editMetadata()
                .addToLabels("colour", "blue")
                .addToLabels("gone", "soon")
                .endMetadata()
                .editSpec()
                .addNewVolume()
                .withName("info")
                .withNewDownwardAPI()
                .addNewItem()
                .withPath("labels")
                .withNewFieldRef("v1", "metadata.labels")
                .endItem()
                .endDownwardAPI()
                .endVolume()
                .endSpec()
                .build());

        // When
        pods.tenant()
                .client()
                .resource(running)
                .edit(pod -> new PodBuilder(pod)
                        .editMetadata()
                        .addToLabels("colour", "red")
                        .removeFromLabels("gone")
                        .endMetadata()
                        .editSpec()
                        .editFirstContainer()
                        .withImage("example.com/app:2")
                        .endContainer()
                        .withActiveDeadlineSeconds(600L)
                        .addNewToleration("NoSchedule", "extra", "Exists", null, null)
                        .endSpec()
                        .build());

        // Then
        eventually(() -> {
            Pod superPod = superPod(running);
            assertThat(superPod.getSpec().getContainers().getFirst().getImage()).isEqualTo("example.com/app:2");
            assertThat(superPod.getSpec().getActiveDeadlineSeconds()).isEqualTo(600);
            assertThat(superPod.getSpec().getTolerations()).extracting("key").contains("extra");
            assertThat(superPod.getMetadata().getLabels())
                    .containsEntry("colour", "red")
                    .doesNotContainKey("gone");
            assertThat(superPod.getMetadata().getAnnotations())
                    .containsEntry("tenancy.x-k8s.io/pod-labels", "colour=\"red\"");
        });
    }

    @Test
    void resizesContainersInPlace() {
        // Given
        Pod running = pods.running(pod("resize", "web")
                .editSpec()
                .editFirstContainer()
                .withNewResources()
                .addToRequests("cpu", new Quantity("100m"))
                .endResources()
                .endContainer()
                .endSpec()
                .build());

        // When
        pods.tenant()
                .client()
                .pods()
                .inNamespace("resize")
                .withName("web")
                .subresource("resize")
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        "{\"spec\":{\"containers\":[{\"name\":\"app\",\"resources\":{\"requests\":{\"cpu\":\"200m\"}}}]}}");

        // Then
        eventually(() -> assertThat(superPod(running)
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getRequests())
                .containsEntry("cpu", new Quantity("200m")));
    }

    @Test
    void addsEphemeralContainers() {
        // Given
        Pod running = pods.running(pod("debug", "web").build());

        // When
        pods.tenant()
                .client()
                .pods()
                .inNamespace("debug")
                .withName("web")
                .ephemeralContainers()
                .edit(pod -> new PodBuilder(pod)
                        .editSpec()
                        .addNewEphemeralContainer()
                        .withName("debugger")
                        .withImage("example.com/debug:1")
                        .endEphemeralContainer()
                        .endSpec()
                        .build());

        // Then
        eventually(() -> assertThat(superPod(running).getSpec().getEphemeralContainers())
                .extracting("name")
                .containsExactly("debugger"));
        eventually(() -> assertThat(superPod(running).getMetadata().getAnnotations())
                .containsEntry(Keys.CONTAINERS, "app,debugger"));
    }

    @Test
    void doesNotCallAContainerTheTenantsThatTheSuperClusterRefused() {
        // Given
        Pod running = pods.running(pod("debug-refused", "web").build());

        // When
        pods.tenant()
                .client()
                .pods()
                .inNamespace("debug-refused")
                .withName("web")
                .ephemeralContainers()
                .edit(pod -> new PodBuilder(pod)
                        .editSpec()
                        .addNewEphemeralContainer()
                        .withName("debugger")
                        .withImage("example.com/debug:1")
                        .withNewSecurityContext()
                        .withPrivileged(true)
                        .endSecurityContext()
                        .endEphemeralContainer()
                        .endSpec()
                        .build());

        // Then
        eventually(() -> assertThat(pods.tenant()
                        .client()
                        .v1()
                        .events()
                        .inNamespace("debug-refused")
                        .list()
                        .getItems())
                .extracting("reason")
                .contains("FailedUpdate"));
        assertThat(superPod(running).getMetadata().getAnnotations()).containsEntry(Keys.CONTAINERS, "app");
        pods.tenant().client().resource(running).withGracePeriod(0).delete();
    }

    /** What kubectl debug adds when nobody tells it otherwise is refused, and can never be taken away again. */
    @Test
    void addsTheEphemeralContainersBesideThoseThatTheSuperClusterRefuses() {
        // Given
        Pod running = pods.running(pod("debug-again", "web").build());
        debug(running, "tracing", "SYS_PTRACE");
        debug(running, "administering", "SYS_ADMIN");

        // When
        debug(running, "plain");

        // Then
        eventually(() -> assertThat(superPod(running).getSpec().getEphemeralContainers())
                .extracting("name")
                .containsExactly("plain"));
        eventually(() -> assertThat(superPod(running).getMetadata().getAnnotations())
                .containsEntry(Keys.CONTAINERS, "app,plain"));
        eventually(() -> assertThat(pods.tenant()
                        .client()
                        .v1()
                        .events()
                        .inNamespace("debug-again")
                        .list()
                        .getItems())
                .extracting("message", String.class)
                .anySatisfy(message -> assertThat(message)
                        .startsWith("Ephemeral container tracing is left out")
                        .contains("kubectl debug --profile=baseline or --profile=restricted", "\"SYS_PTRACE\""))
                .anySatisfy(message -> assertThat(message)
                        .startsWith("Ephemeral container administering is left out")
                        .doesNotContain("tracing")));
        pods.tenant().client().resource(running).withGracePeriod(0).delete();
    }

    private static void debug(Pod running, String name, String... capabilities) {
        pods.tenant()
                .client()
                .pods()
                .inNamespace(running.getMetadata().getNamespace())
                .withName(running.getMetadata().getName())
                .ephemeralContainers()
                .edit(pod -> new PodBuilder(pod)
                        .editSpec()
                        .addNewEphemeralContainer()
                        .withName(name)
                        .withImage("example.com/debug:1")
                        .withNewSecurityContext()
                        .withNewCapabilities()
                        .addToAdd(capabilities)
                        .endCapabilities()
                        .endSecurityContext()
                        .endEphemeralContainer()
                        .endSpec()
                        .build());
    }

    @Test
    void writesDownTheContainersOfPodsMadeBeforeThatWasDone() {
        // Given
        Pod running = pods.running(pod("upgraded", "web").build());

        // When
        pods.world()
                .superClient()
                .resource(superPod(running))
                .edit(pod -> new PodBuilder(pod)
                        .editMetadata()
                        .removeFromAnnotations(Keys.CONTAINERS)
                        .endMetadata()
                        .build());

        // Then
        eventually(() ->
                assertThat(superPod(running).getMetadata().getAnnotations()).containsEntry(Keys.CONTAINERS, "app"));
    }

    @Test
    void passesReadinessGatesOfTheTenantToTheKubelet() {
        // Given
        Pod running = pods.running(pod("gates", "web")
                .editSpec()
                .addNewReadinessGate("example.com/checked")
                .endSpec()
                .build());

        // When
        pods.tenant()
                .client()
                .pods()
                .inNamespace("gates")
                .withName("web")
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        "{\"status\":{\"conditions\":[{\"type\":\"example.com/checked\",\"status\":\"True\"}]}}");

        // Then
        eventually(() -> assertThat(
                        condition(superPod(running), "example.com/checked").getStatus())
                .isEqualTo("True"));
        pods.kubelet().report(superPod(running), "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}");
        eventually(() -> {
            assertThat(condition(tenantPod(running), "Ready").getStatus()).isEqualTo("True");
            assertThat(condition(tenantPod(running), "example.com/checked").getStatus())
                    .isEqualTo("True");
        });
    }

    @Test
    void waitsForSchedulingGates() {
        // Given
        Pod gated = pods.create(pod("gated", "web")
                .editSpec()
                .addNewSchedulingGate("example.com/quota")
                .endSpec()
                .build());
        Pod following = pods.create(pod("gated", "other").build());
        pods.awaitSuperPod(following);
        assertThat(pods.superPod(gated)).as("super pod of a gated pod").isNull();

        // When
        pods.tenant()
                .client()
                .resource(gated)
                .edit(pod -> new PodBuilder(pod)
                        .editSpec()
                        .withSchedulingGates(List.of())
                        .endSpec()
                        .build());

        // Then
        Pod superPod = pods.awaitSuperPod(gated);
        pods.kubelet().schedule(superPod);
        eventually(() -> assertThat(tenantPod(gated).getSpec().getNodeName())
                .isEqualTo(pods.kubelet().node()));
    }

    @Test
    void givesPodWithNodeNameToTheScheduler() {
        // Given
        Pod named = pods.create(pod("named", "web")
                .editSpec()
                .withNodeName(pods.kubelet().node())
                .endSpec()
                .build());

        // When
        Pod superPod = pods.awaitSuperPod(named);

        // Then
        assertThat(superPod.getSpec().getNodeName()).isNull();
        assertThat(superPod.getSpec().getAffinity().getNodeAffinity()).isNotNull();
        pods.kubelet().schedule(superPod);
        pods.kubelet().run(superPod);
        eventually(() -> assertThat(tenantPod(named).getStatus().getPhase()).isEqualTo("Running"));
    }

    @Test
    void putsTheLabelsOfARunningPodBack() {
        // Given
        Pod running = pods.running(pod("unlabelled", "web")
                .editMetadata()
                .addToLabels("colour", "blue")
                .endMetadata()
                .build());
        Pod superPod = superPod(running);

        // When
        pods.world()
                .superClient()
                .resource(superPod)
                .edit(pod -> new PodBuilder(pod)
                        .editMetadata()
                        .withLabels(Map.of())
                        .endMetadata()
                        .build());

        // Then
        eventually(() -> assertThat(superPod(running).getMetadata().getLabels())
                .containsAllEntriesOf(superPod.getMetadata().getLabels()));
        assertThat(superPod(running).getMetadata().getUid())
                .isEqualTo(superPod.getMetadata().getUid());
        assertThat(tenantPod(running).getMetadata().getDeletionTimestamp()).isNull();
        assertThat(tenantPod(running).getMetadata().getUid())
                .isEqualTo(running.getMetadata().getUid());
    }

    @Test
    void findsNothingToRepairWhenAllIsDone() {
        // Given
        pods.running(pod("settled", "web").build());

        // Then
        eventually(() -> assertThat(pods.world().syncer().patrol().round())
                .as("findings of a patrol")
                .isZero());
    }

    @Test
    void showsTheTenantWhatTheSuperClusterSetsUnderTransparentPrefixes() {
        // Given
        Pod running = pods.running(pod("transparent", "web").build());
        transparentPrefixes(List.of("shown.example.com/"));

        // When
        pods.world()
                .superClient()
                .resource(superPod(running))
                .edit(found -> new PodBuilder(found)
                        .editMetadata()
                        .addToLabels("shown.example.com/zone", "a")
                        .addToLabels("hidden.example.com/zone", "b")
                        .endMetadata()
                        .build());

        // Then
        eventually(() -> assertThat(tenantPod(running).getMetadata().getLabels())
                .containsEntry("shown.example.com/zone", "a")
                .doesNotContainKey("hidden.example.com/zone"));
        pods.world()
                .superClient()
                .resource(superPod(running))
                .edit(found -> new PodBuilder(found)
                        .editMetadata()
                        .addToLabels("shown.example.com/zone", "c")
                        .endMetadata()
                        .build());
        eventually(() ->
                assertThat(tenantPod(running).getMetadata().getLabels()).containsEntry("shown.example.com/zone", "c"));
        assertThat(superPod(running).getMetadata().getLabels()).containsEntry("shown.example.com/zone", "c");
        transparentPrefixes(List.of());
    }

    private static void transparentPrefixes(List<String> prefixes) {
        pods.world()
                .superClient()
                .resources(VirtualCluster.class)
                .inNamespace("default")
                .withName(pods.tenant().virtualCluster().getMetadata().getName())
                .edit(vc -> {
                    vc.getSpec().setTransparentMetaPrefixes(prefixes);
                    return vc;
                });
    }

    private static Pod tenantPod(Pod pod) {
        return Objects.requireNonNull(pods.tenantPod(pod));
    }

    private static Pod superPod(Pod pod) {
        return Objects.requireNonNull(pods.superPod(pod));
    }

    private static PodCondition condition(Pod pod, String type) {
        List<PodCondition> found = pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .toList();
        assertThat(found)
                .as("condition %s of %s", type, pod.getMetadata().getName())
                .hasSize(1);
        return found.getFirst();
    }

    private static Watcher<Pod> counting(AtomicInteger changes) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                if (action == Action.MODIFIED) {
                    changes.incrementAndGet();
                }
            }

            @Override
            public void onClose(WatcherException cause) {}
        };
    }
}
