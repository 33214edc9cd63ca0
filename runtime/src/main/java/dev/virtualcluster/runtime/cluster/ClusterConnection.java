// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything needed to talk to one API server. Requests and watches run over two HTTP/2 connections of their own, so
 * that a flood of events never delays a write. A request is sent once: whoever sends it owns the retry, in a queue. What
 * the server answers is bounded: beyond it a request fails with an {@link AnswerCutOffException} as its cause. Making a connection does no I/O. Safe for use by any thread.
 */
public final class ClusterConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterConnection.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    /** A first list of a large kind over a slow link. */
    private static final Duration LIST_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration REQUEST_READ_IDLE = Duration.ofSeconds(90);
    /** Two bookmarks of any of the watches may be lost. */
    private static final Duration WATCH_READ_IDLE = Duration.ofSeconds(150);

    private final ClientPlatform platform;
    private final String name;
    private final WatchActivity activity;
    private final WatchInterceptor watching;
    private final AnswerInterceptor requestAnswers;
    private final AnswerInterceptor listAnswers;
    private final KubernetesClient requests;
    private final KubernetesClient watches;
    private final Set<InformerCache<?>> caches = ConcurrentHashMap.newKeySet();

    ClusterConnection(ClientPlatform platform, String name, Config config, AnswerBudget budget, Executor news) {
        this.platform = platform;
        this.name = name;
        this.activity = new WatchActivity(platform.nanoTicker());
        this.watching = new WatchInterceptor(activity, budget, platform.watchLines(), platform.nanoTicker());
        this.requestAnswers = new AnswerInterceptor(budget, REQUEST_TIMEOUT, platform.nanoTicker());
        this.listAnswers = new AnswerInterceptor(budget, LIST_TIMEOUT, platform.nanoTicker());
        TlsMaterial tls = TlsMaterial.of(config);
        this.requests = client(config, tls, REQUEST_TIMEOUT, REQUEST_READ_IDLE, requestAnswers, platform.executor());
        this.watches = client(config, tls, LIST_TIMEOUT, WATCH_READ_IDLE, listAnswers, news);
    }

    /** The name given by whoever connected: a tenant key, or {@code super}. */
    public String name() {
        return name;
    }

    /** For requests. Never closed by its users. */
    public KubernetesClient client() {
        return requests;
    }

    /** For the question whether the other end of the watches is there, on their connection: it is open anyway. */
    public KubernetesClient watchingClient() {
        return watches;
    }

    /** A cache that starts to watch now; closed alone or with this connection. */
    public <T extends HasMetadata> ObjectCache<T> cache(CacheSpec<T> spec) {
        platform.serialization().registerKubernetesResource(spec.kind());
        InformerCache<T> cache = new InformerCache<>(
                name, spec, watches, activity, platform.nanoTicker(), platform::cacheRestarted, caches::remove);
        caches.add(cache);
        cache.start();
        return cache;
    }

    @Override
    public void close() {
        for (InformerCache<?> cache : caches) {
            cache.close();
        }
        watches.close();
        requests.close();
        watching.close();
        platform.forget(this);
        LOG.atDebug().addKeyValue(LogKeys.CLUSTER, name).log("connection closed");
    }

    /** Called by the watchdog every few seconds. */
    void check() {
        requestAnswers.cancelOverdue();
        listAnswers.cancelOverdue();
        watching.dropLeftovers();
        caches.forEach(InformerCache::check);
    }

    int cacheCount() {
        return caches.size();
    }

    private KubernetesClient client(
            Config config,
            TlsMaterial tls,
            Duration requestTimeout,
            Duration readIdle,
            AnswerInterceptor answers,
            Executor executor) {
        Config own = new ConfigBuilder(config)
                .withRequestRetryBackoffLimit(0)
                .withConnectionTimeout((int) CONNECT_TIMEOUT.toMillis())
                .withRequestTimeout((int) requestTimeout.toMillis())
                .withOnlyHttpWatches(true)
                .withWatchReconnectInterval(1000)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(own)
                .withKubernetesSerialization(platform.serialization())
                .withTaskExecutor(executor)
                .withHttpClientFactory(new TransportFactory(platform.vertx(), readIdle))
                .withHttpClientBuilderConsumer(builder -> {
                    tls.applyTo(builder);
                    builder.addOrReplaceInterceptor(WatchInterceptor.NAME, watching);
                    builder.addOrReplaceInterceptor(AnswerInterceptor.NAME, answers);
                })
                .build();
    }
}
