// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.testing.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A server that accepts and says nothing any more, which TCP alone does not notice for hours. */
class CacheWatchdogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicLong leap = new AtomicLong();
    private final Meters meters = Meters.of("test");

    @Test
    void startsASilentWatchAnewAndKeepsItsContentAndListeners() throws Exception {
        try (ApiServer server = ApiServer.start();
                ClientPlatform platform = ClientPlatform.start(meters, () -> System.nanoTime() + leap.get());
                ClusterConnection connection = platform.connect("silent", server.config())) {
            // Given
            AtomicLong changes = new AtomicLong();
            ObjectCache<ConfigMap> cache =
                    connection.cache(CacheSpec.all(ConfigMap.class).inNamespace("default"));
            cache.onChange((key, before, after) -> changes.incrementAndGet());
            cache.awaitSynced(PATIENCE);
            create(connection, "before");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(changes.get()).isPositive());
            assertThat(cache.isStale(Duration.ofMinutes(3))).isFalse();

            // When
            signal("STOP", server.pid());
            leap.addAndGet(Duration.ofMinutes(4).toNanos());
            assertThat(cache.isStale(Duration.ofMinutes(3))).isTrue();
            connection.check();
            signal("CONT", server.pid());

            // Then
            assertThat(meters.scrape()).contains("vc_test_cache_restarts_total 1.0");
            assertThat(cache.get(new ObjectKey("default", "before"))).isNotNull();
            create(connection, "after");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(cache.get(new ObjectKey("default", "after")))
                            .isNotNull());
            assertThat(cache.isStale(Duration.ofMinutes(3))).isFalse();
        }
    }

    private static void create(ClusterConnection connection, String name) {
        connection
                .client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private static void signal(String signal, long pid) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }
}
