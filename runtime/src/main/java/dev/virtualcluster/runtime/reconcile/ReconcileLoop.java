// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.reconcile;

import dev.virtualcluster.runtime.logging.Excerpt;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.logging.LogScope;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.queue.FairQueue;
import dev.virtualcluster.runtime.queue.Lease;
import dev.virtualcluster.runtime.queue.QueueClosedException;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Workers on virtual threads that take leases from a {@link FairQueue} and hand them to a {@link Reconciler}. Every
 * attempt runs under a log scope with the loop, a sequence number, tenant and key; every failure is classified, logged
 * once, counted, and given back to the queue for a back-off. The loop does not own the queue.
 *
 * <p>A worker survives whatever a reconciler throws but for a failure of the virtual machine itself; then it ends,
 * {@link #isAlive()} turns false and the liveness probe restarts the process.
 *
 * @param <K> what names a piece of work
 */
public final class ReconcileLoop<K> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReconcileLoop.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final long IDLE = Long.MIN_VALUE;

    private final String name;
    private final FairQueue<K> queue;
    private final Reconciler<K> reconciler;
    private final LongSupplier nanoTicker;
    private final AtomicLongArray busySince;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong sequence = new AtomicLong();
    private final List<Thread> workers = new ArrayList<>();
    private final Map<ErrorCategory, Counter> failures = new EnumMap<>(ErrorCategory.class);
    private final Counter successes;
    private final Counter rejections;
    private volatile boolean closed;

    /** A loop that starts its {@code workers} on {@link #start()}. */
    public ReconcileLoop(String name, FairQueue<K> queue, Reconciler<K> reconciler, int workers, Meters meters) {
        this(name, queue, reconciler, workers, meters, System::nanoTime);
    }

    ReconcileLoop(
            String name,
            FairQueue<K> queue,
            Reconciler<K> reconciler,
            int workers,
            Meters meters,
            LongSupplier nanoTicker) {
        if (workers < 1) {
            throw new IllegalArgumentException("a loop needs a worker, not " + workers);
        }
        this.name = name;
        this.queue = queue;
        this.reconciler = reconciler;
        this.nanoTicker = nanoTicker;
        this.busySince = new AtomicLongArray(workers);
        for (int i = 0; i < workers; i++) {
            busySince.set(i, IDLE);
        }
        this.successes = meters.counter("reconciles", "loop", name, "outcome", "done");
        this.rejections = meters.counter("reconciles", "loop", name, "outcome", "rejected");
        for (ErrorCategory category : ErrorCategory.values()) {
            failures.put(category, meters.counter("reconciles", "loop", name, "outcome", category.tag()));
        }
        meters.gauge("reconciles_busy_workers", this::busyWorkers, "loop", name);
    }

    /** Starts the workers; once. */
    public synchronized void start() {
        if (closed || !workers.isEmpty()) {
            throw new IllegalStateException("loop " + name + " was started or closed before");
        }
        running.set(busySince.length());
        for (int i = 0; i < busySince.length(); i++) {
            int slot = i;
            workers.add(Thread.ofVirtual().name(name + "-" + i).start(() -> work(slot)));
        }
    }

    /** False once a worker of a started loop has died; for the liveness probe. */
    public boolean isAlive() {
        return closed || running.get() == workers.size();
    }

    /** Whether a worker has been busy with one key for longer than {@code limit}; for the liveness probe. */
    public boolean isStuck(Duration limit) {
        long now = nanoTicker.getAsLong();
        for (int i = 0; i < busySince.length(); i++) {
            long since = busySince.get(i);
            if (since != IDLE && now - since > limit.toNanos()) {
                return true;
            }
        }
        return false;
    }

    /** Interrupts the workers and waits until they have ended, at most ten seconds. */
    @Override
    public synchronized void close() {
        closed = true;
        workers.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
        for (Thread worker : workers) {
            try {
                if (!worker.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                    LOG.atWarn().addKeyValue(LogKeys.LOOP, name).log("a worker does not stop; it is left behind");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private double busyWorkers() {
        int busy = 0;
        for (int i = 0; i < busySince.length(); i++) {
            if (busySince.get(i) != IDLE) {
                busy++;
            }
        }
        return busy;
    }

    private void work(int slot) {
        try {
            while (!closed) {
                Lease<K> lease = queue.take();
                busySince.set(slot, nanoTicker.getAsLong());
                try {
                    attempt(lease);
                } finally {
                    busySince.set(slot, IDLE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (QueueClosedException e) {
            LOG.atDebug().addKeyValue(LogKeys.LOOP, name).log("the queue was closed, the worker ends");
        } catch (Error e) {
            LOG.atError().addKeyValue(LogKeys.LOOP, name).setCause(e).log("the virtual machine fails, a worker ends");
        } finally {
            // isAlive() reads the difference.
            running.decrementAndGet();
        }
    }

    private void attempt(Lease<K> lease) throws InterruptedException {
        try (LogScope _ = LogScope.of(LogKeys.LOOP, name)
                .with(LogKeys.RECONCILE, Long.toString(sequence.incrementAndGet()))
                .with(LogKeys.TENANT, lease.tenant())
                .with(LogKeys.KEY, String.valueOf(lease.key()))) {
            settle(lease, reconciler.reconcile(lease.tenant(), lease.key()));
        } catch (InterruptedException e) {
            lease.retry();
            if (closed) {
                throw e;
            }
            failed(lease, e);
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            // A hostile or merely odd object must not take a worker away from everybody else.
            lease.retry();
            failed(lease, e);
        } catch (Error e) {
            lease.retry();
            throw e;
        }
    }

    private void settle(Lease<K> lease, Result result) {
        switch (result) {
            case Result.Done() -> {
                successes.increment();
                lease.complete();
            }
            case Result.RequeueAfter(Duration delay) -> {
                successes.increment();
                lease.again(delay);
            }
            case Result.Rejected(String reason) -> {
                rejections.increment();
                LOG.atInfo().addKeyValue(LogKeys.REASON, Excerpt.of(reason)).log("rejected until it changes");
                lease.complete();
            }
        }
    }

    private void failed(Lease<K> lease, Throwable failure) {
        ErrorCategory category = ErrorCategory.of(failure);
        Counter counter = failures.get(category);
        if (counter != null) {
            counter.increment();
        }
        Level level = category == ErrorCategory.INTERNAL
                ? Level.ERROR
                : category == ErrorCategory.CONFLICT ? Level.DEBUG : Level.WARN;
        var record = LOG.atLevel(level)
                .addKeyValue(LogKeys.LOOP, name)
                .addKeyValue(LogKeys.TENANT, lease.tenant())
                .addKeyValue(LogKeys.KEY, lease.key())
                .addKeyValue(LogKeys.ATTEMPT, lease.attempt())
                .addKeyValue(LogKeys.CATEGORY, category)
                .addKeyValue(LogKeys.ERROR, Excerpt.of(failure.toString()));
        if (category == ErrorCategory.INTERNAL || LOG.isDebugEnabled()) {
            record = record.setCause(failure);
        }
        record.log("reconcile failed, will be tried again");
    }
}
