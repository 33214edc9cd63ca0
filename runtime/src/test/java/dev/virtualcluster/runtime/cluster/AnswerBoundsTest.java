// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.testing.HostileServer;
import dev.virtualcluster.runtime.testing.HostileServer.Answer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** API servers whose answers do not end, against real sockets. Without the bounds the heap of this test is used up. */
@Timeout(120)
class AnswerBoundsTest {
    private static final long MIB = 1024 * 1024;
    /** What lies in sockets and in the client on the way. */
    private static final long UNDER_WAY = 16 * MIB;

    private static final String LIST =
            "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[";
    private static final String MAP = "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\"";

    private final Meters meters = Meters.of("test");
    private final AtomicLong leap = new AtomicLong();
    private final AnswerBudget.Pool pool = new AnswerBudget.Pool(32 * MIB);
    private final ClientPlatform platform = ClientPlatform.start(meters, () -> System.nanoTime() + leap.get(), pool);
    private final List<HostileServer> servers = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        platform.close();
        for (HostileServer server : servers) {
            server.close();
        }
    }

    private HostileServer serverThat(Function<String, Answer> answers) throws Exception {
        HostileServer server = HostileServer.start(answers);
        servers.add(server);
        return server;
    }

    private static Config config(HostileServer server) {
        return new ConfigBuilder(Config.empty()).withMasterUrl(server.url()).build();
    }

    @Test
    void givesUpAListThatDoesNotEnd() throws Exception {
        HostileServer server = serverThat(path -> Answer.endless(LIST));
        ClusterConnection connection = platform.connect("hostile", config(server));

        assertThatThrownBy(
                        () -> connection.client().configMaps().inAnyNamespace().list())
                .hasStackTraceContaining(AnswerCutOffException.class.getName())
                .hasStackTraceContaining("GET /api/v1/configmaps")
                .hasStackTraceContaining("larger than the 32 MiB");

        assertThat(server.sent()).isLessThan(32 * MIB + UNDER_WAY);
        await().untilAsserted(() -> assertThat(pool.held()).isZero());
        assertThat(meters.scrape()).contains("vc_test_cut_off_answers_total 1.0");
    }

    @Test
    void givesUpAnObjectLargerThanAnyCanBe() throws Exception {
        HostileServer server = serverThat(path -> Answer.endless(MAP));
        ClusterConnection connection = platform.connectSuper("even-this", config(server));

        assertThatThrownBy(() -> connection
                        .client()
                        .configMaps()
                        .inNamespace("n")
                        .withName("x")
                        .get())
                .hasStackTraceContaining("GET /api/v1/namespaces/n/configmaps/x is larger than 16 MiB");

        assertThat(server.sent()).isLessThan(16 * MIB + UNDER_WAY);
    }

    @Test
    void givesUpAnEventThatDoesNotEndAndSaysSo() throws Exception {
        HostileServer server = serverThat(path -> path.contains("watch=true")
                ? Answer.endless("{\"type\":\"ADDED\",\"object\":")
                : Answer.of(LIST + "]}"));
        ClusterConnection connection = platform.connect("hostile", config(server));

        ObjectCache<ConfigMap> cache = connection.cache(CacheSpec.all(ConfigMap.class));

        cache.awaitSynced(Duration.ofSeconds(20));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(cache.lastFailure())
                        .containsInstanceOf(AnswerCutOffException.class)
                        .hasValueSatisfying(failure -> assertThat(failure)
                                .hasMessageContaining("the watch of /api/v1/configmaps is larger than 16 MiB")));
        assertThat(pool.held()).isLessThan(32 * MIB);
        leap.set(Duration.ofMinutes(1).toNanos());
        assertThat(cache.isStale(Duration.ofSeconds(30)))
                .as("no event has come")
                .isTrue();
        connection.close();
        await().untilAsserted(() -> assertThat(pool.held()).isZero());
    }

    @Test
    void givesUpAnAnswerThatStalls() throws Exception {
        HostileServer server = serverThat(path -> Answer.stalled(MAP));
        ClusterConnection connection = platform.connect("hostile", config(server));
        CompletableFuture<ConfigMap> answer = CompletableFuture.supplyAsync(
                () -> connection
                        .client()
                        .configMaps()
                        .inNamespace("n")
                        .withName("x")
                        .get(),
                platform.executor());
        await().untilAsserted(() -> assertThat(pool.held()).isPositive());

        leap.set(Duration.ofSeconds(31).toNanos());

        assertThatThrownBy(() -> answer.get(15, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasStackTraceContaining("does not end within 30 seconds");
        await().untilAsserted(() -> assertThat(pool.held()).isZero());
    }

    /** From the super cluster too, whose answers are not bounded. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void givesUpAServerThatSaysNothing(boolean isSuper) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        HostileServer server = serverThat(path -> {
            asked.countDown();
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(never.getCount()).isZero());
            return Answer.of("");
        });
        ClusterConnection connection =
                isSuper ? platform.connectSuper("silent", config(server)) : platform.connect("silent", config(server));
        HttpRequest request = connection
                .client()
                .getHttpClient()
                .newHttpRequestBuilder()
                .uri(server.url() + "/api/v1/namespaces/n/configmaps/x")
                .build();
        CompletableFuture<byte[]> answer = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return Answers.await(
                                        connection.client(),
                                        connection.client().getHttpClient().sendAsync(request, byte[].class))
                                .body();
                    } catch (InterruptedException | ExecutionException e) {
                        throw new CompletionException(e);
                    }
                },
                platform.executor());
        try {
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            leap.set(Duration.ofSeconds(31).toNanos());

            assertThatThrownBy(() -> answer.get(15, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("no answer within 30 seconds");
        } finally {
            never.countDown();
        }
    }

    @Test
    void letsOthersThroughWhileTheHostileHaveEmptiedThePool() throws Exception {
        List<ClusterConnection> hostile = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            HostileServer server = serverThat(path -> Answer.stalled(MAP + " ".repeat((int) (14 * MIB))));
            hostile.add(platform.connect("hostile-" + i, config(server)));
        }
        for (ClusterConnection connection : hostile) {
            var ignored = CompletableFuture.supplyAsync(
                    () -> connection
                            .client()
                            .configMaps()
                            .inNamespace("n")
                            .withName("x")
                            .get(),
                    platform.executor());
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(pool.held()).isGreaterThan(50 * MIB));
        HostileServer friendly = serverThat(path -> new Answer(LIST, 10 * MIB, "]}"));

        List<ConfigMap> maps = platform.connect("friendly", config(friendly))
                .client()
                .configMaps()
                .inAnyNamespace()
                .list()
                .getItems();

        assertThat(maps).isEmpty();
    }

    @Test
    void takesAnyListOfTheSuperCluster() throws Exception {
        HostileServer server = serverThat(path -> new Answer(LIST, 64 * MIB, "]}"));

        List<ConfigMap> maps = platform.connectSuper("super", config(server))
                .client()
                .configMaps()
                .inAnyNamespace()
                .list()
                .getItems();

        assertThat(maps).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/pods, true",
        "/api/v1/namespaces, true",
        "/api/v1/namespaces/n/pods, true",
        "/apis/apps/v1/deployments, true",
        "/apis/apps/v1/namespaces/n/deployments, true",
        "/proxy/api/v1/pods, true",
        "/apiserver/api/v1/pods, true",
        "/api/v1/namespaces/api/pods, true",
        "/api/v1/namespaces/api/pods/x, false",
        "/api/v1/namespaces/n, false",
        "/api/v1/namespaces/n/pods/x, false",
        "/api/v1/namespaces/n/pods/x/log, false",
        "/api/v1/nodes/x, false",
        "/api/v1/nodes/x/status, false",
        "/apis/apps/v1, false",
        "/version, false"
    })
    void knowsCollections(String path, boolean isCollection) {
        assertThat(AnswerInterceptor.isCollection(URI.create("https://server:6443" + path)))
                .isEqualTo(isCollection);
    }
}
