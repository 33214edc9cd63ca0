// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.Nulls;
import dev.virtualcluster.runtime.binding.ModelModule;
import dev.virtualcluster.runtime.metrics.Meters;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * What all connections of one process share: event loops, the parser (which drops managedFields while reading), the
 * executor of virtual threads, the threads that read watches, the watchdog of the caches. One per process; not sharing
 * them costs megabytes for every further tenant. Closing it closes the connections made from it.
 */
public final class ClientPlatform implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientPlatform.class);
    private static final Duration WATCHDOG_PERIOD = Duration.ofSeconds(5);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_EVENT_LOOPS = 8;

    private final Vertx vertx;
    private final WatchLines watchLines = new WatchLines();
    private final PendingAnswers pendingAnswers;
    private final KubernetesSerialization serialization;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final ThreadPoolExecutor superNews = NewsThreads.pool("news-super");
    /** Not the same: what tenants' servers send must not keep the super cluster's news waiting. */
    private final ThreadPoolExecutor tenantsNews = NewsThreads.pool("news-tenants");

    private final Set<ClusterConnection> connections = ConcurrentHashMap.newKeySet();
    private final Counter restarts;
    private final Counter cutOffAnswers;
    private final AnswerBudget.Pool tenantsAnswers;
    private final LongSupplier nanoTicker;
    private final long watchdog;

    private ClientPlatform(
            Meters meters, LongSupplier nanoTicker, AnswerBudget.Pool tenantsAnswers, int processorsPerLoop) {
        this.nanoTicker = nanoTicker;
        this.pendingAnswers = new PendingAnswers(nanoTicker);
        this.serialization = newSerialization(watchLines, pendingAnswers);
        this.tenantsAnswers = tenantsAnswers;
        int loops = Math.clamp(
                Math.ceilDiv(Runtime.getRuntime().availableProcessors(), processorsPerLoop), 1, MOST_EVENT_LOOPS);
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        restarts = meters.counter("cache_restarts");
        cutOffAnswers = meters.counter("cut_off_answers");
        meters.gauge("news_waiting", () -> superNews.getQueue().size(), "from", "super");
        meters.gauge("news_waiting", () -> tenantsNews.getQueue().size(), "from", "tenants");
        meters.gauge("answers_pending", pendingAnswers::count);
        meters.gauge("connections", connections::size);
        meters.gauge(
                "caches",
                () -> connections.stream()
                        .mapToInt(ClusterConnection::cacheCount)
                        .sum());
        watchdog = vertx.setPeriodic(WATCHDOG_PERIOD.toMillis(), id -> executor.execute(this::check));
    }

    /** A platform whose meters nobody reads. */
    public static ClientPlatform start() {
        return start(Meters.of("client"));
    }

    /**
     * A platform with its meters among the process's, for many short messages: an event loop for every two processors.
     * Each loop that is woken for one message costs two switches of threads and cold caches.
     */
    public static ClientPlatform start(Meters meters) {
        return start(meters, System::nanoTime);
    }

    /** The same for streams, which keep a loop busy with encryption: an event loop for each processor. */
    public static ClientPlatform startForStreams(Meters meters) {
        return new ClientPlatform(meters, System::nanoTime, AnswerBudget.Pool.ofHeap(), 1);
    }

    static ClientPlatform start(Meters meters, LongSupplier nanoTicker) {
        return start(meters, nanoTicker, AnswerBudget.Pool.ofHeap());
    }

    static ClientPlatform start(Meters meters, LongSupplier nanoTicker, AnswerBudget.Pool tenantsAnswers) {
        return new ClientPlatform(meters, nanoTicker, tenantsAnswers, 2);
    }

    /** The shared event loops, for servers and clients of the process; closed with the platform. */
    public Vertx vertx() {
        return vertx;
    }

    /** The shared parser and writer. It neither reads nor writes managedFields. */
    public KubernetesSerialization serialization() {
        return serialization;
    }

    /** A parser for files, ours and admins', which may be YAML; what servers answer is JSON, and read as nothing else. */
    public static KubernetesSerialization forFiles() {
        return new KubernetesSerialization(
                JsonMapper.builderWithJackson2Defaults().build(), false);
    }

    /** Starts every task on a virtual thread of its own. */
    public Executor executor() {
        return executor;
    }

    /**
     * A connection to the API server that the config names, which is not trusted: what it answers may take a part of the
     * memory, and all such servers together no larger one. No I/O before it is used. The name is for logs.
     */
    public ClusterConnection connect(String name, Config config) {
        return connect(name, config, tenantsAnswers, tenantsNews);
    }

    /** A connection to the super cluster, which is trusted: its lists may be as large as the memory allows. */
    public ClusterConnection connectSuper(String name, Config config) {
        return connect(name, config, AnswerBudget.Pool.unbounded(), superNews);
    }

    private ClusterConnection connect(String name, Config config, AnswerBudget.Pool answers, Executor news) {
        ClusterConnection connection =
                new ClusterConnection(this, name, config, new AnswerBudget(answers, cutOffAnswers), news);
        connections.add(connection);
        return connection;
    }

    @Override
    public void close() {
        vertx.cancelTimer(watchdog);
        connections.forEach(ClusterConnection::close);
        pendingAnswers.close();
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.atWarn().setCause(e).log("the event loops do not stop in time; they are left behind");
        }
        superNews.shutdownNow();
        tenantsNews.shutdownNow();
        executor.shutdownNow();
    }

    WatchLines watchLines() {
        return watchLines;
    }

    LongSupplier nanoTicker() {
        return nanoTicker;
    }

    void cacheRestarted() {
        restarts.increment();
    }

    void forget(ClusterConnection connection) {
        connections.remove(connection);
    }

    private void check() {
        pendingAnswers.endOverdue();
        for (ClusterConnection connection : connections) {
            try {
                connection.check();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("the check of a connection failed");
            }
        }
    }

    private static KubernetesSerialization newSerialization(WatchLines lines, PendingAnswers answers) {
        return new DirectSerialization(newMapper(), lines, answers);
    }

    /** Whoever is not bound by fields meets no null in lists and maps either. */
    static JsonMapper newMapper() {
        return JsonMapper.builderWithJackson2Defaults()
                .addModule(new ModelModule())
                .addMixIn(ObjectMeta.class, WithoutManagedFields.class)
                .changeDefaultNullHandling(handling -> handling.withContentNulls(Nulls.SKIP))
                .build();
    }

    /** They are two thirds of a cached Pod, and nobody here asks who owns which field. */
    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}
}
