// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.testing.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectCacheIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String NAMESPACE = "default";
    private static ApiServer server;
    private static ClientPlatform platform;

    private ClusterConnection connection;

    @BeforeAll
    static void startServer() {
        platform = ClientPlatform.start();
        server = ApiServer.start();
    }

    @AfterAll
    static void stopServer() {
        platform.close();
        server.close();
    }

    @BeforeEach
    void connect() {
        connection = platform.connect("test", server.config());
    }

    @AfterEach
    void disconnect() {
        connection.client().configMaps().inNamespace(NAMESPACE).delete();
        connection.close();
    }

    @Test
    void newsWaitForNoVirtualThreadAndTheSuperClustersForNoTenants() throws Exception {
        try (ClusterConnection superCluster = platform.connectSuper("super", server.config())) {
            assertThat(listener(superCluster)).matches("platform news-super-\\d+");
            assertThat(listener(connection)).matches("platform news-tenants-\\d+");
        }
    }

    /** The thread that tells of a change. */
    private String listener(ClusterConnection from) throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        ObjectCache<ConfigMap> cache = from.cache(CacheSpec.all(ConfigMap.class).withLabel("watched", from.name()));
        cache.awaitSynced(PATIENCE);
        cache.onChange((key, before, after) -> {
            Thread thread = Thread.currentThread();
            threads.add((thread.isVirtual() ? "virtual " : "platform ") + thread.getName());
        });
        create("heard-by-" + from.name(), "1", Map.of("watched", from.name()));
        await().atMost(PATIENCE).until(() -> !threads.isEmpty());
        return String.join(" and ", threads);
    }

    @Test
    void followsCreationChangeAndDeletion() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        ObjectCache<ConfigMap> cache =
                connection.cache(CacheSpec.all(ConfigMap.class).withLabel("watched", "yes"));
        cache.onChange((key, before, after) -> seen.add(key.name() + " " + value(before) + " " + value(after)));
        cache.awaitSynced(PATIENCE);

        create("followed", "1", Map.of("watched", "yes"));
        create("unlabelled", "1", Map.of());
        connection
                .client()
                .configMaps()
                .inNamespace(NAMESPACE)
                .withName("followed")
                .edit(map ->
                        new ConfigMapBuilder(map).withData(Map.of("v", "2")).build());
        connection
                .client()
                .configMaps()
                .inNamespace(NAMESPACE)
                .withName("followed")
                .delete();

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(seen).containsExactlyInAnyOrder("followed - 1", "followed 1 2", "followed 2 -"));
        assertThat(cache.list()).isEmpty();
    }

    @Test
    void dropsManagedFieldsAndTrims() throws Exception {
        create("trimmed", "1", Map.of());
        ObjectCache<ConfigMap> cache = connection.cache(CacheSpec.all(ConfigMap.class)
                .inNamespace(NAMESPACE)
                .withField("metadata.name", "trimmed")
                .trimmed(map -> {
                    map.setData(null);
                    return map;
                }));
        cache.awaitSynced(PATIENCE);

        assertThat(cache.list()).singleElement().satisfies(map -> {
            assertThat(map.getMetadata().getManagedFields()).isEmpty();
            assertThat(map.getData()).isNull();
        });
    }

    /** The client's own HTTP watch ends for good at the first of these events. */
    @Test
    void carriesTextOutsideAsciiOverTheWatch() throws Exception {
        ObjectCache<ConfigMap> cache =
                connection.cache(CacheSpec.all(ConfigMap.class).withLabel("watched", "text"));
        cache.awaitSynced(PATIENCE);
        // Long enough to be cut into many chunks, at odd places.
        String text = "héllo wörld €uro 😀 日本語 ".repeat(2000);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            names.add("text-" + i);
            create("text-" + i, "x".repeat(i) + text, Map.of("watched", "text"));
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cache.list(NAMESPACE))
                        .extracting(map -> map.getMetadata().getName())
                        .containsAll(names));
        for (int i = 0; i < 12; i++) {
            ConfigMap map = cache.get(new ObjectKey(NAMESPACE, "text-" + i));
            assertThat(value(map)).isEqualTo("x".repeat(i) + text);
        }
        assertThat(cache.lastFailure()).isEmpty();
    }

    @Test
    void usesOneConnectionForWatchesAndOneForRequests() throws Exception {
        List<ObjectCache<?>> caches = List.of(
                connection.cache(CacheSpec.all(ConfigMap.class)),
                connection.cache(CacheSpec.all(Secret.class)),
                connection.cache(CacheSpec.all(Namespace.class)),
                connection.cache(CacheSpec.all(ServiceAccount.class)),
                connection.cache(CacheSpec.all(ConfigMap.class).inNamespace(NAMESPACE)));
        for (ObjectCache<?> cache : caches) {
            cache.awaitSynced(PATIENCE);
        }

        create("counted", "1", Map.of());

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(OwnSockets.connectedTo(server.url())).isEqualTo(2));
    }

    @Test
    void continuesAfterTheServerWasAway() throws Exception {
        try (ApiServer ours = ApiServer.start();
                ClusterConnection away = platform.connect("away", ours.config())) {
            // Given
            ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
            ObjectCache<ConfigMap> cache =
                    away.cache(CacheSpec.all(ConfigMap.class).inNamespace(NAMESPACE));
            cache.onChange((key, before, after) -> seen.add(key.name()));
            cache.awaitSynced(PATIENCE);
            away.client().resource(configMap("before", "1", Map.of())).create();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(seen).contains("before"));

            // When
            ours.restart();
            away.client().resource(configMap("after", "1", Map.of())).create();

            // Then
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(seen).contains("after"));
            assertThat(new TreeSet<>(seen)).contains("before", "after");
        }
    }

    @Test
    void triesForEverWhenTheServerIsAwayAtTheStart() throws Exception {
        try (ApiServer ours = ApiServer.start()) {
            // Given
            ours.kill();
            try (ClusterConnection away = platform.connect("late", ours.config())) {
                ObjectCache<ConfigMap> cache = away.cache(CacheSpec.all(ConfigMap.class));
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(cache.lastFailure()).isPresent());
                assertThat(cache.isSynced()).isFalse();

                // When
                ours.restart();

                // Then
                cache.awaitSynced(PATIENCE);
                assertThat(cache.lastFailure()).isEmpty();
            }
        }
    }

    private void create(String name, String value, Map<String, String> labels) {
        connection.client().resource(configMap(name, value, labels)).create();
    }

    private static String value(@org.jspecify.annotations.Nullable ConfigMap map) {
        return map == null ? "-" : map.getData().getOrDefault("v", "");
    }

    private static ConfigMap configMap(String name, String value, Map<String, String> labels) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withData(Map.of("v", value))
                .build();
    }
}
