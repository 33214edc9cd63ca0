// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.process;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory back when a process has become quiet. The serial collector shrinks the heap at full collections only, and
 * has none as long as the heap can grow: after a burst a process would keep, for days, what the burst took. G1 looks for
 * such moments by itself (JEP 346); it costs a small process more than it saves. A full collection takes a tenth to a
 * quarter of a second of one thread where 25 to 40 MB live. One follows when the heap has grown, or when so much was
 * allocated since the last that what died meanwhile may fill it; never sooner than a minute after the last.
 */
final class IdleMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdleMemory.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);
    /** Allocated in a period, by a process whose heap is small; a syncer of ten idle tenants allocates a tenth of it. */
    private static final long QUIET_BYTES = 5L << 20;
    /** The same as a part of a larger heap, because with more tenants both grow. */
    private static final int QUIET_PART = 10;

    private static final int QUIET_PERIODS = 2;
    private static final int PERIODS_BETWEEN = 12;
    /** Growth for which a collection is worth it, and the same as a part of a larger heap. */
    private static final long WORTH_BYTES = 4L << 20;

    private static final int WORTH_PART = 16;
    /** How many times its heap a process allocates before it is looked through although it has not grown. */
    private static final int TURNOVERS = 4;

    private final LongSupplier allocated;
    private final LongSupplier committed;
    private final Runnable collection;
    private final CountDownLatch closed = new CountDownLatch(1);
    private long allocatedBefore;
    private long allocatedAtLast;
    /** As small as the heap was since the last collection: the virtual machine has collections of its own. */
    private long smallest;

    private int quietPeriods;
    private int periodsSinceLast = PERIODS_BETWEEN;

    IdleMemory(LongSupplier allocated, LongSupplier committed, Runnable collection) {
        this.allocated = allocated;
        this.committed = committed;
        this.collection = collection;
        this.allocatedBefore = allocated.getAsLong();
        this.allocatedAtLast = allocatedBefore;
    }

    /** Watches this process, on a virtual thread, until closed. */
    static IdleMemory start() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var memory = ManagementFactory.getMemoryMXBean();
        IdleMemory watched = new IdleMemory(
                threads::getTotalThreadAllocatedBytes,
                () -> memory.getHeapMemoryUsage().getCommitted(),
                System::gc);
        Thread.ofVirtual().name("idle-memory").start(watched::run);
        return watched;
    }

    private void run() {
        try {
            while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Called once a period. */
    void look() {
        long heap = committed.getAsLong();
        long now = allocated.getAsLong();
        boolean isQuiet = now - allocatedBefore < Math.max(QUIET_BYTES, heap / QUIET_PART);
        allocatedBefore = now;
        quietPeriods = isQuiet ? quietPeriods + 1 : 0;
        periodsSinceLast++;
        smallest = Math.min(smallest, heap);
        if (quietPeriods < QUIET_PERIODS || periodsSinceLast < PERIODS_BETWEEN || !isWorthIt(heap, now)) {
            return;
        }
        collection.run();
        smallest = committed.getAsLong();
        allocatedAtLast = now;
        quietPeriods = 0;
        periodsSinceLast = 0;
        LOG.atDebug()
                .addKeyValue("beforeMiB", heap >> 20)
                .addKeyValue("afterMiB", smallest >> 20)
                .log("the process is quiet: heap given back");
    }

    private boolean isWorthIt(long heap, long allocatedNow) {
        return heap - smallest >= Math.max(WORTH_BYTES, heap / WORTH_PART)
                || allocatedNow - allocatedAtLast >= TURNOVERS * heap;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
