// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.patrol;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.syncer.engine.Drift;
import dev.virtualcluster.syncer.engine.SyncEngine;
import dev.virtualcluster.syncer.engine.SyncedKind;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares both worlds of every tenant and kind from the caches, time and again, and queues what is out of step. It sends
 * nothing itself, so a patrol over worlds in step costs no request. One virtual thread of its own; a failure in one kind
 * is logged and does not end the round.
 */
public final class Patrol implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Patrol.class);

    private record Finding(String kind, Drift drift) {}

    private final SyncEngine engine;
    private final Duration interval;
    private final Meters meters;
    private final Map<Finding, Counter> counters = new ConcurrentHashMap<>();
    private final AtomicBoolean isRunning = new AtomicBoolean();
    private @Nullable Thread thread;

    public Patrol(SyncEngine engine, Duration interval, Meters meters) {
        this.engine = engine;
        this.interval = interval;
        this.meters = meters;
    }

    /** Starts the rounds; the first begins after one interval. */
    public synchronized void start() {
        isRunning.set(true);
        thread = Thread.ofVirtual().name("patrol").start(this::run);
    }

    /** One round over everything; returns the number of findings. Callable by anybody, also for tests. */
    public int round() {
        int[] found = new int[1];
        for (Tenant tenant : engine.all()) {
            for (SyncedKind<?, ?> kind : engine.kinds()) {
                inspect(tenant, kind, found);
            }
        }
        return found[0];
    }

    /** False when the rounds have ended though nobody asked for it; for the liveness probe. */
    public synchronized boolean isAlive() {
        return thread == null || thread.isAlive() || !isRunning.get();
    }

    @Override
    public synchronized void close() {
        isRunning.set(false);
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        try {
            while (isRunning.get()) {
                Thread.sleep(interval);
                long start = System.nanoTime();
                int found = round();
                meters.timer("patrol_round").record(Duration.ofNanos(System.nanoTime() - start));
                LOG.atDebug().addKeyValue(LogKeys.COUNT, found).log("patrol done");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void inspect(Tenant tenant, SyncedKind<?, ?> kind, int[] found) {
        SyncedKind.Findings queue = engine.findings(tenant, kind);
        try {
            kind.inspect(tenant, new SyncedKind.Findings() {
                @Override
                public void down(ObjectKey key, Drift drift) {
                    count(tenant, kind, key, drift, found);
                    queue.down(key, drift);
                }

                @Override
                public void up(ObjectKey key, Drift drift) {
                    count(tenant, kind, key, drift, found);
                    queue.up(key, drift);
                }
            });
        } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
            // One tenant's strange object must not end the patrols of all.
            LOG.atError()
                    .addKeyValue(LogKeys.TENANT, tenant.key())
                    .addKeyValue(LogKeys.KIND, kind.name())
                    .setCause(e)
                    .log("patrol failed for one kind of one tenant");
        }
    }

    private void count(Tenant tenant, SyncedKind<?, ?> kind, ObjectKey key, Drift drift, int[] found) {
        found[0]++;
        counters.computeIfAbsent(
                        new Finding(kind.name(), drift),
                        finding ->
                                meters.counter("patrol_findings", "kind", finding.kind, "drift", finding.drift.label()))
                .increment();
        LOG.atDebug()
                .addKeyValue(LogKeys.TENANT, tenant.key())
                .addKeyValue(LogKeys.KIND, kind.name())
                .addKeyValue(LogKeys.KEY, key)
                .addKeyValue(LogKeys.REASON, drift)
                .log("out of step");
    }
}
