// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.bench.syncer;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.requests.Requests;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Creates pods in one API server and takes the time until that same server shows them Running. */
final class PodTimes implements AutoCloseable {
    private final ClusterConnection server;
    private final ObjectCache<Pod> pods;
    private final Map<ObjectKey, Long> created = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Long> running = new ConcurrentHashMap<>();
    private volatile CountDownLatch missing = new CountDownLatch(0);

    PodTimes(ClusterConnection server) {
        this.server = server;
        this.pods = server.cache(CacheSpec.all(Pod.class));
        pods.onChange((key, before, after) -> {
            if (after != null
                    && "Running".equals(after.getStatus().getPhase())
                    && created.containsKey(key)
                    && running.putIfAbsent(key, System.nanoTime()) == null) {
                missing.countDown();
            }
        });
    }

    /** Creates {@code count} pods, {@code parallel} at a time; returns when all were asked for. */
    void create(String namespace, String prefix, int count, int parallel) throws InterruptedException {
        missing = new CountDownLatch(count);
        Semaphore permits = new Semaphore(parallel);
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                ObjectKey key = new ObjectKey(namespace, prefix + i);
                permits.acquire();
                workers.execute(() -> {
                    created.put(key, System.nanoTime());
                    try {
                        Requests.create(server.client(), pod(key));
                    } finally {
                        permits.release();
                    }
                });
            }
        }
    }

    boolean awaitRunning(long seconds) throws InterruptedException {
        return missing.await(seconds, TimeUnit.SECONDS);
    }

    long firstCreated() {
        return created.values().stream().mapToLong(Long::longValue).min().orElseThrow();
    }

    long lastRunning() {
        return running.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    /** Milliseconds from creation to Running of every pod, sorted. */
    long[] latencies() {
        return created.entrySet().stream()
                .filter(entry -> running.containsKey(entry.getKey()))
                .mapToLong(entry -> (running.getOrDefault(entry.getKey(), 0L) - entry.getValue()) / 1_000_000)
                .sorted()
                .toArray();
    }

    void forget() {
        created.clear();
        running.clear();
    }

    static String percentiles(long[] sorted) {
        return sorted.length == 0
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "p50 %d ms, p99 %d ms, max %d ms",
                        sorted[sorted.length / 2],
                        sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)],
                        sorted[sorted.length - 1]);
    }

    static Pod pod(ObjectKey key) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(key.namespace())
                .withName(key.name())
                .addToLabels("app", "load")
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("main")
                .withImage("fake")
                .endContainer()
                .endSpec()
                .build();
    }

    @Override
    public void close() {
        pods.close();
    }
}
