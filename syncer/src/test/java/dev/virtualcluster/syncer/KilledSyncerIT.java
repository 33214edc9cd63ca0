// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.syncer.testing.SyncerJvm;
import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The syncer as a process of its own, killed with SIGKILL in the middle of random work. */
class KilledSyncerIT {
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx256m", "-XX:TieredStopAtLevel=1");
    private static final int KILLS = 3;
    private static final int NAMES = 12;

    @TempDir
    private Path folder;

    private World world;

    @BeforeEach
    void start() {
        world = World.of("killed", 2);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void convergesWhereverItIsKilled() throws Exception {
        // Given: the seed is part of the failure's message.
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 1; i <= 2; i++) {
            world.tenant(i).createNamespace("storm");
        }

        // When
        for (int kill = 0; kill < KILLS; kill++) {
            SyncerJvm syncer =
                    SyncerJvm.start(folder, world.superServer().kubeconfig(), SyncerJvm.fromThisClassPath(JVM));
            awaitStart(syncer, kill);
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(1_500));
            while (System.nanoTime() < end) {
                work(world.tenant(1 + random.nextInt(2)), random);
            }
            syncer.kill();
            // And something happens while nobody looks.
            for (int i = 0; i < 10; i++) {
                work(world.tenant(1 + random.nextInt(2)), random);
            }
        }

        // Then
        try (SyncerJvm syncer =
                SyncerJvm.start(folder, world.superServer().kubeconfig(), SyncerJvm.fromThisClassPath(JVM))) {
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                for (int i = 1; i <= 2; i++) {
                    TenantWorld tenant = world.tenant(i);
                    assertThat(maps(world.superClient(), tenant.superNamespace("storm")))
                            .as("config maps of tenant %d, seed %d, log %s", i, seed, syncer.log())
                            .isEqualTo(maps(tenant.client(), "storm"));
                    assertThat(services(world.superClient(), tenant.superNamespace("storm")))
                            .as("services of tenant %d, seed %d, log %s", i, seed, syncer.log())
                            .isEqualTo(services(tenant.client(), "storm"));
                }
            });
            removeEverything();
        }
    }

    /** The API servers are shared with the other tests, and so are the addresses of the services. */
    private void removeEverything() {
        for (int i = 1; i <= 2; i++) {
            TenantWorld tenant = world.tenant(i);
            tenant.client().services().inNamespace("storm").delete();
            tenant.client().configMaps().inNamespace("storm").delete();
            String superNamespace = tenant.superNamespace("storm");
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(services(world.superClient(), superNamespace)).isEmpty();
                assertThat(maps(world.superClient(), superNamespace)).isEmpty();
            });
        }
    }

    /** Waits until this syncer has shown a sign of work, so that the kill hits work and not the start. */
    private void awaitStart(SyncerJvm syncer, int round) {
        String marker = "marker-" + round;
        world.tenant(1).createConfigMap("storm", marker, Map.of());
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(
                                maps(world.superClient(), world.tenant(1).superNamespace("storm")))
                        .as("log %s", syncer.log())
                        .containsKey(marker));
    }

    private static void work(TenantWorld tenant, Random random) {
        KubernetesClient client = tenant.client();
        String name = "x" + random.nextInt(NAMES);
        switch (random.nextInt(5)) {
            case 0, 1 ->
                client.resource(map(name, random.nextInt(1000)))
                        .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
            case 2 -> client.configMaps().inNamespace("storm").withName(name).delete();
            case 3 -> {
                if (client.services().inNamespace("storm").withName(name).get() == null) {
                    client.resource(service(name)).create();
                }
            }
            default -> client.services().inNamespace("storm").withName(name).delete();
        }
    }

    private static Map<String, Map<String, String>> maps(KubernetesClient client, String namespace) {
        return client.configMaps().inNamespace(namespace).list().getItems().stream()
                .filter(map -> !map.getMetadata().getName().contains("kube-root-ca"))
                .collect(Collectors.toMap(
                        map -> map.getMetadata().getName(),
                        map -> map.getData() == null ? Map.of() : map.getData(),
                        (a, b) -> a,
                        TreeMap::new));
    }

    private static Map<String, String> services(KubernetesClient client, String namespace) {
        return client.services().inNamespace(namespace).list().getItems().stream()
                .collect(Collectors.toMap(
                        service -> service.getMetadata().getName(),
                        service -> service.getSpec().getClusterIP(),
                        (a, b) -> a,
                        TreeMap::new));
    }

    private static ConfigMap map(String name, int value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("storm")
                .withName(name)
                .endMetadata()
                .addToData("value", Integer.toString(value))
                .build();
    }

    private static Service service(String name) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("storm")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
    }
}
