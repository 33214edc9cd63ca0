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
 * such moments by itself (JEP 346); it costs a small process more than it saves. One full collection follows a burst, a
 * tenth to a quarter of a second of one thread, and none follows it until the heap has grown again.
 */
final class IdleMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdleMemory.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);
    /** A syncer of ten idle tenants allocates a tenth of it, one that mirrors two pods a second all of it. */
    private static final long QUIET_BYTES_PER_PERIOD = 5L << 20;

    private static final int QUIET_PERIODS = 2;
    /** What the heap may grow by without a collection being worth it. */
    private static final long WORTH_BYTES = 4L << 20;

    private final LongSupplier allocated;
    private final LongSupplier committed;
    private final Runnable collection;
    private final CountDownLatch closed = new CountDownLatch(1);
    private long allocatedBefore;
    private long committedAfterLast;
    private int quietPeriods;

    IdleMemory(LongSupplier allocated, LongSupplier committed, Runnable collection) {
        this.allocated = allocated;
        this.committed = committed;
        this.collection = collection;
        this.allocatedBefore = allocated.getAsLong();
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
        long now = allocated.getAsLong();
        quietPeriods = now - allocatedBefore < QUIET_BYTES_PER_PERIOD ? quietPeriods + 1 : 0;
        allocatedBefore = now;
        long before = committed.getAsLong();
        if (quietPeriods < QUIET_PERIODS || before - committedAfterLast < WORTH_BYTES) {
            return;
        }
        collection.run();
        committedAfterLast = committed.getAsLong();
        LOG.atDebug()
                .addKeyValue("beforeMiB", before >> 20)
                .addKeyValue("afterMiB", committedAfterLast >> 20)
                .log("the process is quiet: heap given back");
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
