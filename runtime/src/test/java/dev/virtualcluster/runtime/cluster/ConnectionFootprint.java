// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import dev.virtualcluster.runtime.testing.ApiServer;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what connections cost: {@code ConnectionFootprint [connections] [objects per server]}. Each connection
 * watches twelve kinds of one real API server, as the syncer does for a tenant. Prints heap after collection, resident
 * memory, threads and sockets. Run it from the test class path, with the JVM flags of the images.
 */
final class ConnectionFootprint {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            Pod.class,
            Service.class,
            Endpoints.class,
            EndpointSlice.class,
            ConfigMap.class,
            Secret.class,
            ServiceAccount.class,
            Namespace.class,
            Node.class,
            PersistentVolume.class,
            PersistentVolumeClaim.class,
            Event.class);

    private ConnectionFootprint() {}

    public static void main(String... args) throws Exception {
        int connections = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int objects = args.length > 1 ? Integer.parseInt(args[1]) : 0;
        ApiServer server = ApiServers.one().started().get();
        print("before", 0);
        try (ClientPlatform platform = ClientPlatform.start()) {
            try (ClusterConnection writer = platform.connect("writer", server.config())) {
                for (int i = 0; i < objects; i++) {
                    writer.client().resource(configMap(i)).create();
                }
            }
            print("platform", 0);
            long start = System.nanoTime();
            List<ClusterConnection> open = new ArrayList<>();
            List<ObjectCache<?>> caches = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                ClusterConnection connection = platform.connect("tenant-" + i, server.config());
                open.add(connection);
                KINDS.forEach(kind -> caches.add(connection.cache(CacheSpec.all(kind))));
            }
            for (ObjectCache<?> cache : caches) {
                cache.awaitSynced(PATIENCE);
            }
            System.out.printf("%d caches synced in %d ms%n", caches.size(), (System.nanoTime() - start) / 1_000_000);
            for (ClusterConnection connection : open) {
                connection.client().namespaces().withName("default").get();
            }
            print("synced", OwnSockets.connectedTo(server.url()));
            settle(Duration.ofSeconds(65));
            print("settled", OwnSockets.connectedTo(server.url()));
        }
        System.exit(0);
    }

    private static void settle(Duration duration) throws InterruptedException {
        new java.util.concurrent.CountDownLatch(1)
                .await(duration.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    private static void print(String when, long sockets) throws Exception {
        System.gc();
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed();
        String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
                .map(line -> line.replaceAll("\\s+", " "))
                .toList()
                .toString();
        System.out.printf(
                "%-9s heap %.1f MiB, other %.1f MiB, %s, threads %d, sockets %d%n",
                when,
                heap / 1048576.0,
                other / 1048576.0,
                resident,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                sockets);
    }

    private static ConfigMap configMap(int number) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("object-" + number)
                .endMetadata()
                .addToData("key", "value".repeat(100))
                .build();
    }
}
