// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Provider;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * One cluster's life on a machine of its own: used, damaged, changed, and taken down without a trace. The tests build on
 * each other, because every start costs half a minute.
 */
@Sandbox
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalClusterMachineIT {
    private static final Path CHECKOUT = ClusterSettings.checkoutOf(Path.of(""));
    private static final Progress PROGRESS = Progress.toTerminal();
    private static final LocalProvider LOCAL = new LocalProvider();
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static MachineInventory before = MachineInventory.take();

    @BeforeAll
    static void startFromNothing() {
        before = MachineInventory.take();
        LOCAL.up(settings(2), PROGRESS);
    }

    @AfterAll
    static void takeDown() {
        LOCAL.down(settings(2).withForce(), PROGRESS);
    }

    private static ClusterSettings settings(int nodes) {
        return new ClusterSettings(Provider.LOCAL, CHECKOUT, OptionalInt.of(nodes), false);
    }

    private static SuperCluster cluster() {
        return LOCAL.attach(settings(2), PROGRESS);
    }

    @Test
    @Order(1)
    void podsOfBothNodesReachEachOtherAServiceDnsAndTheirVolume() {
        try (KubernetesClient client = cluster().connect()) {
            client.load(getClass().getResourceAsStream("workload.yaml")).serverSideApply();
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                List<Pod> pods = client.pods().inNamespace("machine-it").list().getItems();
                assertThat(pods)
                        .hasSize(3)
                        .allSatisfy(pod -> assertThat(pod.getStatus().getPhase())
                                .as(pod.getMetadata().getName())
                                .isEqualTo("Running"));
            });
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(client.pods()
                                    .inNamespace("machine-it")
                                    .withName("caller")
                                    .getLog())
                            .as("answers of both pods behind the service, by its DNS name")
                            .contains("node1 answers", "node2 answers")
                            .contains("the volume is mine"));
        }
    }

    @Test
    @Order(2)
    void aSecondStartFindsEverythingAndStartsNothing() {
        Map<String, Long> first = cluster().processes();
        long started = System.nanoTime();

        LOCAL.up(settings(2), PROGRESS);

        PROGRESS.say("a second start took " + Duration.ofNanos(System.nanoTime() - started));
        assertThat(cluster().processes()).isEqualTo(first);
    }

    @Test
    @Order(3)
    void aDeadProgramAloneIsStartedAgainWithoutAnybodysHelp() {
        for (String component :
                List.of("scheduler", "controller-manager", "apiserver", "etcd", "node1/kubelet", "node2/containerd")) {
            Map<String, Long> first = nodePart(complete().processes());
            long killed = cluster().processes().getOrDefault(component, 0L);
            ProcessTable.kill(killed);

            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(cluster().processes().getOrDefault(component, killed))
                            .as(component)
                            .isNotEqualTo(killed));
            LOCAL.up(settings(2), PROGRESS);

            Map<String, Long> second = nodePart(complete().processes());
            first.remove(component);
            second.remove(component);
            assertThat(second).as("all but " + component).isEqualTo(first);
        }
    }

    /** The cluster when every program of it runs: one that ended with what it needs comes back within moments. */
    private static SuperCluster complete() {
        SuperCluster cluster = cluster();
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(cluster.processes().keySet())
                        .containsExactlyInAnyOrderElementsOf(StatusReport.components(2)));
        return cluster;
    }

    /** Dead when this returns: until then a start would rightly take it for running. */
    private static void kill(long pid) {
        ProcessTable.kill(pid);
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(ProcessTable.startTicks(pid).isPresent()).isFalse());
    }

    /** Without the control plane: a controller-manager may end when its API server does, and is started again. */
    private static Map<String, Long> nodePart(Map<String, Long> processes) {
        Map<String, Long> part = new HashMap<>(processes);
        part.keySet().removeIf(component -> !component.startsWith("node") && !component.startsWith("machine"));
        return part;
    }

    @Test
    @Order(3)
    void aDeadKeeperIsReplacedByTheNextStart() {
        ProcessRecord keeper =
                ProcessRecord.read(StateFolder.STANDARD, "scheduler").orElseThrow();
        kill(keeper.pid());

        LOCAL.up(settings(2), PROGRESS);

        assertThat(ProcessRecord.read(StateFolder.STANDARD, "scheduler")
                        .orElseThrow()
                        .pid())
                .isNotEqualTo(keeper.pid());
        assertThat(ProcessTable.of(StateFolder.STANDARD).stream()
                        .filter(pid -> ProcessTable.commandOf(pid).startsWith(keeper.program() + "\0")))
                .as("one scheduler, not two")
                .hasSize(1);
    }

    @Test
    @Order(4)
    void aMachineThatLostItsFirstProcessIsBootedAgainAndTheOtherIsNot() {
        Map<String, Long> first = cluster().processes();
        kill(first.getOrDefault("machine-node2", 0L));

        LOCAL.up(settings(2), PROGRESS);

        Map<String, Long> second = cluster().processes();
        assertThat(second.get("machine-node2")).isNotEqualTo(first.get("machine-node2"));
        assertThat(second.get("machine-node1")).isEqualTo(first.get("machine-node1"));
        assertThat(second.get("node1/kubelet")).isEqualTo(first.get("node1/kubelet"));
    }

    @Test
    @Order(5)
    void faultsAreMadeAndHealed() {
        SuperCluster cluster = cluster();
        Map<String, Long> first = cluster.processes();
        cluster.restartApiServer();
        cluster.restartEtcd();
        assertThat(cluster.processes().get("apiserver")).isNotEqualTo(first.get("apiserver"));
        assertThat(cluster.processes().get("etcd")).isNotEqualTo(first.get("etcd"));

        cluster.stopNode("node1");
        try (KubernetesClient client = cluster.connect()) {
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(ready(client, "node1"))
                            .as("a lost node is noticed")
                            .isEqualTo("Unknown"));
            assertThat(cluster.processes()).doesNotContainKeys("node1/kubelet", "machine-node1");
            cluster.startNode("node1");
            assertThat(ready(client, "node1")).isEqualTo("True");
        }
        SuperCluster existing = new dev.virtualcluster.e2e.cluster.existing.ExistingProvider(
                        Map.of("KUBECONFIG", cluster.kubeconfig().toString()))
                .attach(settings(2), PROGRESS);
        assertThat(existing.nodes()).as("the same cluster as an existing one").isEqualTo(cluster.nodes());
        assertThat(cluster.diagnosis()).contains("==== apiserver ====", "==== node2/kubelet ====");
    }

    @Test
    @Order(6)
    void nodesComeAndGoAsTheyAreAskedFor() {
        SuperCluster three = LOCAL.up(settings(3), PROGRESS);
        try (KubernetesClient client = three.connect()) {
            assertThat(ready(client, "node3")).isEqualTo("True");
            SuperCluster two = LOCAL.up(settings(2), PROGRESS);
            assertThat(two.nodes()).containsExactly("node1", "node2");
            assertThat(client.nodes().list().getItems())
                    .extracting(node -> node.getMetadata().getName())
                    .containsExactly("node1", "node2");
        }
    }

    @Test
    @Order(6)
    void whatAStartThatWasKilledAtItsEndDidNotComeToDoIsDoneByTheNext() {
        Commands.run("ip", "route", "del", Addresses.SERVICE_NETWORK);
        LOCAL.up(settings(2), PROGRESS);
        assertThat(Commands.run("ip", "route", "show", Addresses.SERVICE_NETWORK))
                .contains(Addresses.node(1));

        try (KubernetesClient client = cluster().connect()) {
            client.resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName("node3")
                            .endMetadata()
                            .build())
                    .create();
            LOCAL.up(settings(2), PROGRESS);
            assertThat(client.nodes().withName("node3").get())
                    .as("a node that was switched off and not yet removed")
                    .isNull();
        }
    }

    @Test
    @Order(7)
    void anotherCheckoutIsToldAndNothingIsTouched() throws Exception {
        Path other = Files.createTempDirectory(Path.of("/run"), "checkout");
        Files.createSymbolicLink(other.resolve("e2e"), CHECKOUT.resolve("e2e"));
        Map<String, Long> first = cluster().processes();
        ClusterSettings theirs = new ClusterSettings(Provider.LOCAL, other, OptionalInt.empty(), false);

        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        () -> LOCAL.up(theirs, PROGRESS), () -> LOCAL.down(theirs, PROGRESS))) {
            org.assertj.core.api.Assertions.assertThatThrownBy(attempt)
                    .hasMessageContaining("local cluster of " + CHECKOUT)
                    .hasMessageContaining("since")
                    .hasMessageContaining("min ago")
                    .hasMessageContaining("make cluster-down")
                    .hasMessageContaining("FORCE=1");
        }
        assertThat(cluster().processes()).isEqualTo(first);
        assertThat(other.resolve("build")).doesNotExist();
        Files.delete(other.resolve("e2e"));
        Files.delete(other);
    }

    @Test
    @Order(8)
    void takingItDownLeavesNothing() {
        LOCAL.down(settings(2), PROGRESS);

        MachineInventory after = MachineInventory.take();
        assertThat(after.processes()).as("processes").isEqualTo(before.processes());
        assertThat(after.mounts()).as("mounts").isEqualTo(before.mounts());
        assertThat(after.interfaces()).as("interfaces").isEqualTo(before.interfaces());
        assertThat(after.routes()).as("routes").isEqualTo(before.routes());
        assertThat(after.namespaces()).as("namespaces").isEqualTo(before.namespaces());
        assertThat(after.controlGroups()).as("control groups").isEqualTo(before.controlGroups());
        assertThat(after.packetTables()).as("packet tables").isEqualTo(before.packetTables());
        assertThat(after.settings()).as("kernel settings").isEqualTo(before.settings());
        assertThat(after.files()).as("files").isEqualTo(before.files());
        assertThat(CHECKOUT.resolve("build/cluster")).doesNotExist();
        assertThat(new Leftovers(StateFolder.STANDARD).find()).isEmpty();
        LOCAL.down(settings(2), PROGRESS);
    }

    private static String ready(KubernetesClient client, String node) {
        return client.nodes().withName(node).get().getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .map(condition -> condition.getStatus())
                .findFirst()
                .orElse("absent");
    }
}
