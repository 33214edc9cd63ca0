// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.metrics.Meters;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which requests are sent, against a server that only listens. */
class ClusterConnectionTest {
    private static final String GOOD = "Bearer good";

    private static final String NO_MAPS =
            "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";

    private final AtomicLong leap = new AtomicLong();
    private final ClientPlatform platform =
            ClientPlatform.start(Meters.of("test"), () -> System.nanoTime() + leap.get());
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final AtomicInteger watches = new AtomicInteger();
    private volatile int status = 200;
    private HttpServer server;

    @BeforeEach
    void listen() throws Exception {
        server = platform.vertx().createHttpServer().requestHandler(request -> {
            if (request.path().equals("/api/v1/configmaps")) {
                boolean watch = request.params().contains("watch");
                watches.addAndGet(watch ? 1 : 0);
                request.response()
                        .setStatusCode(watch ? 403 : 200)
                        .putHeader("Content-Type", "application/json")
                        .end(watch ? "{\"kind\":\"Status\",\"message\":\"forbidden: é\"}" : NO_MAPS);
                return;
            }
            String authorization = String.valueOf(request.getHeader("Authorization"));
            authorizations.add(authorization);
            request.response()
                    .setStatusCode(status == 401 && authorization.equals(GOOD) ? 200 : status)
                    .putHeader("Content-Type", "application/json")
                    .end("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\"}}");
        });
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    private void get(Config config) {
        try (ClusterConnection connection = platform.connect("test", config)) {
            connection.client().configMaps().inNamespace("n").withName("x").get();
        }
    }

    private static void withProperties(Map<String, String> properties, ThrowingRunnable action) throws Exception {
        properties.forEach(System::setProperty);
        try {
            action.run();
        } finally {
            properties.keySet().forEach(System::clearProperty);
        }
    }

    @FunctionalInterface
    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    /** The worst that could happen: the super cluster's credential shown to a tenant's server. */
    @Test
    void neverSendsTheProcessesOwnTokenToATenant(@TempDir Path folder) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "of-the-process");
        Config tenant = new ConfigBuilder(Config.empty())
                .withAutoConfigure(false)
                .withMasterUrl(url())
                .build();
        status = 401;
        withProperties(
                Map.of(
                        "kubernetes.auth.token", "of-the-process",
                        "kubernetes.auth.tryServiceAccount", "true",
                        "kubernetes.auth.serviceAccount.token", token.toString()),
                () -> assertThatThrownBy(() -> get(tenant)).isInstanceOf(KubernetesClientException.class));

        assertThat(authorizations).isNotEmpty().allMatch(authorization -> authorization.equals("null"));
    }

    @Test
    void takesUpTheProcessesRotatedTokenAtItsOwnCluster(@TempDir Path folder) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "stale");
        withProperties(
                Map.of(
                        "kubernetes.auth.tryKubeConfig",
                        "false",
                        "kubernetes.auth.tryServiceAccount",
                        "true",
                        "kubernetes.auth.serviceAccount.token",
                        token.toString(),
                        "kubernetes.master",
                        url()),
                () -> {
                    Config own = Config.autoConfigure(null);
                    try (ClusterConnection connection = platform.connect("super", own)) {
                        connection
                                .client()
                                .configMaps()
                                .inNamespace("n")
                                .withName("x")
                                .get();
                        Files.writeString(token, "good");
                        status = 401;
                        connection
                                .client()
                                .configMaps()
                                .inNamespace("n")
                                .withName("x")
                                .get();
                    }
                });

        assertThat(authorizations).containsExactly("Bearer stale", "Bearer stale", GOOD);
    }

    /** What a refusal says is not news of the cluster: such a cache grows stale and says why. */
    @Test
    void takesARefusedWatchForSilence() throws Exception {
        Config config = new ConfigBuilder(Config.empty()).withMasterUrl(url()).build();
        try (ClusterConnection connection = platform.connect("refusing", config)) {
            ObjectCache<ConfigMap> cache = connection.cache(CacheSpec.all(ConfigMap.class));
            cache.awaitSynced(Duration.ofSeconds(20));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(watches.get()).isPositive());
            int before = watches.get();

            leap.set(Duration.ofMinutes(2).toNanos());

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(watches.get()).isGreaterThan(before + 1));
            await().untilAsserted(() -> assertThat(cache.lastFailure())
                    .hasValueSatisfying(failure -> assertThat(failure).hasMessageContaining("403")));
            assertThat(cache.isStale(Duration.ofMinutes(1))).isTrue();
        }
    }

    @Test
    void sendsAFailedRequestOnce() {
        status = 503;
        Config config = new ConfigBuilder(Config.empty()).withMasterUrl(url()).build();

        assertThatThrownBy(() -> get(config)).isInstanceOf(KubernetesClientException.class);

        assertThat(authorizations).as("the queue retries, not the client").hasSize(1);
    }
}
