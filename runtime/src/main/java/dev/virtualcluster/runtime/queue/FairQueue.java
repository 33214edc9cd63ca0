// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

import dev.virtualcluster.runtime.metrics.Meters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A de-duplicating queue of keys with a lane per tenant, served round robin by weight. DESIGN.md beside this file
 * states the invariants. In short: a key waits at most once; it is never handed out while a lease on it is open; what
 * is added meanwhile is handed out again afterwards; no tenant's backlog delays another's key by more than one round.
 *
 * <p>Bounds: one entry per distinct key, so the producer's set of objects is the bound and nothing is ever dropped,
 * except by {@link #removeTenant}. Safe for use by any thread; adding never blocks but for a short lock.
 *
 * @param <K> what names a piece of work; needs equals and hashCode
 */
public final class FairQueue<K> implements AutoCloseable {
    private final String name;
    private final QueueConfig config;
    private final LongSupplier nanoTicker;
    private final RandomGenerator random;
    private final QueueMeters meters;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition workAvailable = lock.newCondition();
    private final Map<String, TenantLane<K>> lanes = new HashMap<>();
    private final Map<String, Integer> weights = new HashMap<>();
    private final ArrayDeque<TenantLane<K>> ring = new ArrayDeque<>();
    private final TreeSet<Entry<K>> delayed = new TreeSet<>(Entry.BY_DUE);
    private long sequence;
    private int readyCount;
    private int inFlightCount;
    /** The one waiter that sleeps until the next delayed entry is due; the others wait to be signalled. */
    private @Nullable Thread timekeeper;

    private boolean closed;

    /** A queue on the system's clock. */
    public FairQueue(String name, QueueConfig config, Meters meters) {
        this(name, config, System::nanoTime, meters);
    }

    /** A queue on a clock of the caller's: {@code nanoTicker} must behave as {@link System#nanoTime()} does. */
    public FairQueue(String name, QueueConfig config, LongSupplier nanoTicker, Meters meters) {
        this(name, config, nanoTicker, RandomGenerator.getDefault(), meters);
    }

    FairQueue(String name, QueueConfig config, LongSupplier nanoTicker, RandomGenerator random, Meters meters) {
        this.name = name;
        this.config = config;
        this.nanoTicker = nanoTicker;
        this.random = random;
        this.meters = new QueueMeters(name, this, meters);
    }

    /** The queue's name, as it appears in meters. */
    public String name() {
        return name;
    }

    /** Sets how many keys of the tenant one round may take, 1 to 100; 1 where never set. */
    public void setWeight(String tenant, int weight) {
        if (weight < 1 || weight > 100) {
            throw new IllegalArgumentException("weight " + weight + " is not between 1 and 100");
        }
        lock.lock();
        try {
            weights.put(tenant, weight);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the tenant's weight and waiting work. What is being processed is not returned when it is settled. */
    public void removeTenant(String tenant) {
        lock.lock();
        try {
            weights.remove(tenant);
            TenantLane<K> lane = lanes.get(tenant);
            if (lane == null) {
                return;
            }
            readyCount -= lane.ready.size();
            lane.ready.clear();
            lane.entries.values().removeIf(entry -> {
                switch (entry.state) {
                    case DELAYED -> delayed.remove(entry);
                    case RUNNING -> {
                        entry.dirty = false;
                        entry.wantedLater = false;
                        entry.dropped = true;
                        return false;
                    }
                    case READY -> {}
                }
                return true;
            });
            if (lane.inRing) {
                ring.remove(lane);
                lane.inRing = false;
            }
            retireIfIdle(lane);
        } finally {
            lock.unlock();
        }
    }

    /** Wants the key processed now. Ends a delay or back-off it may be in, for something has changed. */
    public void add(String tenant, K key) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            meters.added();
            Entry<K> entry = entry(tenant, key);
            if (entry == null) {
                makeReady(newEntry(tenant, key));
                return;
            }
            switch (entry.state) {
                case READY -> {}
                case DELAYED -> {
                    delayed.remove(entry);
                    makeReady(entry);
                }
                case RUNNING -> {
                    entry.dirty = true;
                    entry.dropped = false;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Wants the key processed after {@code delay}; the earliest wish counts. */
    public void addAfter(String tenant, K key, Duration delay) {
        if (!delay.isPositive()) {
            add(tenant, key);
            return;
        }
        lock.lock();
        try {
            if (closed) {
                return;
            }
            meters.added();
            long due = nanoTicker.getAsLong() + delay.toNanos();
            Entry<K> entry = entry(tenant, key);
            if (entry == null) {
                delay(newEntry(tenant, key), due);
                return;
            }
            switch (entry.state) {
                case READY -> {}
                case DELAYED -> {
                    if (due - entry.due < 0) {
                        delayed.remove(entry);
                        delay(entry, due);
                    }
                }
                case RUNNING -> {
                    entry.dropped = false;
                    wantLater(entry, due);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next key.
     *
     * @throws QueueClosedException when the queue is closed
     */
    public Lease<K> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed) {
                    throw new QueueClosedException(name);
                }
                Lease<K> lease = next();
                if (lease != null) {
                    return lease;
                }
                awaitWork();
            }
        } finally {
            if (timekeeper == null && (!ring.isEmpty() || !delayed.isEmpty())) {
                workAvailable.signal();
            }
            lock.unlock();
        }
    }

    /** The next key if there is one now, else null. */
    public @Nullable Lease<K> poll() {
        lock.lock();
        try {
            return closed ? null : next();
        } finally {
            lock.unlock();
        }
    }

    /** How many keys are ready to be taken. */
    public int depth() {
        return locked(() -> readyCount);
    }

    /** How many keys wait for their time. */
    public int delayedCount() {
        return locked(delayed::size);
    }

    /** How many leases are open. */
    public int inFlightCount() {
        return locked(() -> inFlightCount);
    }

    /** How many keys of the tenant are known: ready, waiting for their time or being processed. */
    public int size(String tenant) {
        return locked(() -> {
            TenantLane<K> lane = lanes.get(tenant);
            return lane == null ? 0 : lane.entries.size();
        });
    }

    /** How long the oldest ready key has been waiting. Looks at the head of every lane with work: for scrapes. */
    public Duration oldestAge() {
        return Duration.ofNanos(locked(() -> {
            long now = nanoTicker.getAsLong();
            long oldest = 0;
            for (TenantLane<K> lane : lanes.values()) {
                Entry<K> entry = lane.oldestReady();
                if (entry != null) {
                    oldest = Math.max(oldest, now - entry.since);
                }
            }
            return oldest;
        }));
    }

    /** Wakes every waiting taker with {@link QueueClosedException}; what waits is dropped, further adds are ignored. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            workAvailable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many takers sleep until there is something to take. */
    int waitingCount() {
        return locked(() -> lock.getWaitQueueLength(workAvailable));
    }

    int laneCount() {
        return locked(lanes::size);
    }

    private <T> T locked(java.util.function.Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Entry<K> entry(String tenant, K key) {
        TenantLane<K> lane = lanes.get(tenant);
        return lane == null ? null : lane.entries.get(key);
    }

    private Entry<K> newEntry(String tenant, K key) {
        TenantLane<K> lane = lanes.computeIfAbsent(tenant, TenantLane::new);
        Entry<K> entry = new Entry<>(lane, key, sequence++);
        lane.entries.put(key, entry);
        return entry;
    }

    private void makeReady(Entry<K> entry) {
        entry.state = Entry.State.READY;
        entry.since = nanoTicker.getAsLong();
        entry.lane.ready.addLast(entry);
        readyCount++;
        joinRing(entry.lane);
    }

    private void joinRing(TenantLane<K> lane) {
        if (!lane.inRing && !lane.ready.isEmpty() && lane.inFlight < config.inFlightPerTenant()) {
            lane.inRing = true;
            lane.credit = weights.getOrDefault(lane.tenant, 1);
            ring.addLast(lane);
        }
        if (lane.inRing) {
            workAvailable.signal();
        }
    }

    private void delay(Entry<K> entry, long due) {
        entry.state = Entry.State.DELAYED;
        entry.due = due;
        delayed.add(entry);
        if (delayed.first() == entry) {
            // The timekeeper sleeps for too long: let another one take over.
            timekeeper = null;
            workAvailable.signal();
        }
    }

    private void wantLater(Entry<K> entry, long due) {
        if (!entry.wantedLater || due - entry.due < 0) {
            entry.wantedLater = true;
            entry.due = due;
        }
    }

    /** Waits once; take() is the loop around it. */
    @SuppressWarnings("WaitNotInLoop")
    private void awaitWork() throws InterruptedException {
        if (delayed.isEmpty() || timekeeper != null) {
            workAvailable.await();
            return;
        }
        Thread self = Thread.currentThread();
        timekeeper = self;
        try {
            long wait = delayed.first().due - nanoTicker.getAsLong();
            if (wait > 0) {
                boolean ignored = workAvailable.await(wait, TimeUnit.NANOSECONDS);
            }
        } finally {
            if (timekeeper == self) {
                timekeeper = null;
            }
        }
    }

    private @Nullable Lease<K> next() {
        long now = nanoTicker.getAsLong();
        while (!delayed.isEmpty() && delayed.first().due - now <= 0) {
            Entry<K> due = delayed.pollFirst();
            if (due != null) {
                makeReady(due);
            }
        }
        TenantLane<K> lane = ring.peekFirst();
        if (lane == null) {
            return null;
        }
        Entry<K> entry = lane.ready.removeFirst();
        readyCount--;
        lane.inFlight++;
        inFlightCount++;
        lane.credit--;
        if (lane.ready.isEmpty() || lane.inFlight >= config.inFlightPerTenant()) {
            ring.removeFirst();
            lane.inRing = false;
        } else if (lane.credit <= 0) {
            lane.credit = weights.getOrDefault(lane.tenant, 1);
            ring.addLast(ring.removeFirst());
        }
        entry.state = Entry.State.RUNNING;
        meters.waited(Math.max(0, now - entry.since));
        entry.since = now;
        return new OpenLease(entry, entry.failures + 1);
    }

    private void settle(Entry<K> entry, boolean failed, @Nullable Duration later) {
        long now = nanoTicker.getAsLong();
        TenantLane<K> lane = entry.lane;
        lane.inFlight--;
        inFlightCount--;
        meters.ran(now - entry.since);
        if (failed && !entry.dropped) {
            meters.retried();
            entry.failures++;
            long budget = lane.payRetry(now, config.retriesPerSecond(), config.retryBurst());
            wantLater(entry, now + Math.max(backoff(entry.failures), budget));
        } else {
            entry.failures = 0;
        }
        if (later != null && !entry.dropped) {
            wantLater(entry, now + later.toNanos());
        }
        boolean dirty = entry.dirty;
        boolean wantedLater = entry.wantedLater;
        entry.dirty = false;
        entry.wantedLater = false;
        entry.dropped = false;
        if (dirty && !closed) {
            makeReady(entry);
        } else if (wantedLater && !closed) {
            delay(entry, entry.due);
        } else {
            lane.entries.remove(entry.key);
        }
        joinRing(lane);
        retireIfIdle(lane);
    }

    private long backoff(int failures) {
        double base = config.backoffBase().toNanos() * Math.pow(2, Math.min(failures - 1, 40));
        double capped = Math.min(base, (double) config.backoffMax().toNanos());
        return (long) (capped * (1 - config.jitter() * random.nextDouble()));
    }

    private void retireIfIdle(TenantLane<K> lane) {
        if (lane.isIdle()) {
            lanes.remove(lane.tenant, lane);
        }
    }

    private final class OpenLease implements Lease<K> {
        private final Entry<K> entry;
        private final int attempt;
        private boolean settled;

        OpenLease(Entry<K> entry, int attempt) {
            this.entry = entry;
            this.attempt = attempt;
        }

        @Override
        public String tenant() {
            return entry.lane.tenant;
        }

        @Override
        public K key() {
            return entry.key;
        }

        @Override
        public int attempt() {
            return attempt;
        }

        @Override
        public void complete() {
            settleOnce(false, null);
        }

        @Override
        public void retry() {
            settleOnce(true, null);
        }

        @Override
        public void again(Duration delay) {
            settleOnce(false, delay);
        }

        private void settleOnce(boolean failed, @Nullable Duration later) {
            lock.lock();
            try {
                if (!settled) {
                    settled = true;
                    settle(entry, failed, later);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
