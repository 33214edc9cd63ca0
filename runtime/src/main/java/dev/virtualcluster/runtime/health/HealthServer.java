// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.health;

import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.metrics.Meters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /livez}, {@code /readyz} and {@code /metrics} over plain HTTP. A probe answers 200 when every check of
 * its group passes and 503 with the names of those that do not; with {@code ?verbose} it lists all. Checks and scrapes
 * run off the event loop, on virtual threads, and should take milliseconds; a check that throws has failed.
 *
 * <p>Whoever reaches the port may ask, so what he can make it hold is bounded: connections, of which the oldest goes for a
 * new one, so that nobody keeps the kubelet's probes out; and scrapes on their way to their readers, beyond which
 * {@code /metrics} answers 503.
 */
public final class HealthServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthServer.class);
    private static final int START_SECONDS = 10;
    private static final int MOST_CONNECTIONS = 128;
    private static final int MOST_SCRAPES = 8;
    /** What is asked for more often is answered from the last time. */
    private static final Duration SCRAPE_AGE = Duration.ofSeconds(1);

    private static final String TEXT = "text/plain; charset=utf-8";

    private final Map<String, Check> liveness = new ConcurrentSkipListMap<>();
    private final Map<String, Check> readiness = new ConcurrentSkipListMap<>();
    private final HttpServer server;
    private final String host;
    private final int port;
    private final @Nullable Supplier<String> scrape;
    private final Semaphore scrapes = new Semaphore(MOST_SCRAPES);
    /** In the order of their coming; guarded by itself. */
    private final Set<HttpConnection> connections = new LinkedHashSet<>();

    private @Nullable Answer lastScrape;
    private long scrapedAt;

    /** One fact about the process. */
    @FunctionalInterface
    public interface Check {
        /** Whether it holds; false or an exception fails the probe. */
        boolean passes() throws Exception;
    }

    /** A server without metrics; listens after {@link #start()}. */
    public HealthServer(Vertx vertx, String host, int port) {
        this(vertx, host, port, (Supplier<String>) null);
    }

    /** A server that also exports the meters; port 0 picks a free one. The {@code Vertx} stays the caller's. */
    public HealthServer(Vertx vertx, String host, int port, Meters meters) {
        this(vertx, host, port, meters::scrape);
    }

    HealthServer(Vertx vertx, String host, int port, @Nullable Supplier<String> scrape) {
        this.host = host;
        this.port = port;
        this.scrape = scrape;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setIdleTimeout(30)
                        // Who sends and never reads is not idle.
                        .setWriteIdleTimeout(30)
                        .setMaxHeaderSize(8192)
                        .setMaxInitialLineLength(2048)
                        // A hundred requests at once over one connection, which nobody here needs.
                        .setHttp2ClearTextEnabled(false))
                .connectionHandler(this::connected)
                .requestHandler(this::handle);
    }

    /** Registers a fact without which the process is to be restarted; replaces one of the same name. */
    public HealthServer liveness(String name, Check check) {
        liveness.put(name, check);
        return this;
    }

    /** Registers a fact without which the process is to get no work; replaces one of the same name. */
    public HealthServer readiness(String name, Check check) {
        readiness.put(name, check);
        return this;
    }

    /** Removes the check from both groups. */
    public void remove(String name) {
        liveness.remove(name);
        readiness.remove(name);
    }

    /**
     * Starts to listen.
     *
     * @throws IllegalStateException when the address cannot be had
     */
    public HealthServer start() throws InterruptedException {
        try {
            server.listen(port, host).toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "cannot listen on " + host + ":" + port
                            + " for health and metrics: free the port or choose another",
                    e);
        }
        LOG.atInfo().addKeyValue(LogKeys.ADDRESS, host + ":" + port()).log("health and metrics are served");
        return this;
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        server.close();
    }

    private void connected(HttpConnection connection) {
        HttpConnection oldest = null;
        synchronized (connections) {
            connections.add(connection);
            if (connections.size() > MOST_CONNECTIONS) {
                oldest = connections.iterator().next();
                connections.remove(oldest);
            }
        }
        connection.closeHandler(_ -> {
            synchronized (connections) {
                connections.remove(connection);
            }
        });
        if (oldest != null) {
            oldest.close();
        }
    }

    /** Runs on the event loop; hands everything that may block to a virtual thread. */
    private void handle(HttpServerRequest request) {
        if (!HttpMethod.GET.equals(request.method()) && !HttpMethod.HEAD.equals(request.method())) {
            request.response().setStatusCode(405).end();
            return;
        }
        boolean verbose = request.params().contains("verbose");
        switch (request.path()) {
            case "/livez", "/healthz" -> offLoop(request, () -> probe(liveness, verbose), () -> {});
            case "/readyz" -> offLoop(request, () -> probe(readiness, verbose), () -> {});
            case "/metrics" -> metrics(request);
            case null, default -> request.response().setStatusCode(404).end();
        }
    }

    private void metrics(HttpServerRequest request) {
        Supplier<String> source = scrape;
        if (source == null) {
            request.response().setStatusCode(404).end("no metrics\n");
        } else if (scrapes.tryAcquire()) {
            offLoop(request, () -> scraped(source), scrapes::release);
        } else {
            request.response().setStatusCode(503).end("too many scrapes at once\n");
        }
    }

    private synchronized Answer scraped(Supplier<String> source) {
        Answer last = lastScrape;
        if (last == null || System.nanoTime() - scrapedAt > SCRAPE_AGE.toNanos()) {
            last = new Answer(200, "text/plain; version=0.0.4; charset=utf-8", source.get());
            lastScrape = last;
            scrapedAt = System.nanoTime();
        }
        return last;
    }

    /** Runs {@code after} when the answer is with its reader, or the reader gone. */
    private static void offLoop(HttpServerRequest request, Callable<Answer> work, Runnable after) {
        HttpServerResponse response = request.response();
        Thread.ofVirtual().name("health").start(() -> {
            Answer answer;
            try {
                answer = work.call();
            } catch (Exception e) {
                LOG.atError().setCause(e).log("a health request failed");
                answer = new Answer(500, TEXT, "internal error\n");
            }
            try {
                response.setStatusCode(answer.status()).putHeader("Content-Type", answer.contentType());
                response.end(answer.body()).onComplete(_ -> after.run());
            } catch (RuntimeException e) {
                LOG.atDebug().setCause(e).log("the reader is gone");
                after.run();
            }
        });
    }

    private static Answer probe(Map<String, Check> checks, boolean verbose) {
        boolean passed = true;
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, Check> check : checks.entrySet()) {
            boolean ok = passes(check.getKey(), check.getValue());
            passed &= ok;
            if (verbose || !ok) {
                lines.append(ok ? "[+]" : "[-]")
                        .append(check.getKey())
                        .append(ok ? " ok" : " failed")
                        .append('\n');
            }
        }
        return new Answer(
                passed ? 200 : 503,
                TEXT,
                lines.append(passed ? "ok\n" : "failed\n").toString());
    }

    private static boolean passes(String name, Check check) {
        try {
            return check.passes();
        } catch (Exception e) {
            LOG.atWarn().addKeyValue(LogKeys.NAME, name).setCause(e).log("a health check threw and counts as failed");
            return false;
        }
    }

    private record Answer(int status, String contentType, String body) {}
}
