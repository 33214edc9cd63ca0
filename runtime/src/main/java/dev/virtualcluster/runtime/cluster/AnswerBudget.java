// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.micrometer.core.instrument.Counter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of unfinished answers one API server may make this process hold. The client keeps an answer whole until
 * its end, so a server whose answers do not end would take the memory of all others. Safe for use by any thread.
 */
final class AnswerBudget {
    /**
     * No object is larger: etcd takes 1.5 MiB, of which JSON may write every byte as six. Who holds no more than this is
     * served even while others have emptied the pool.
     */
    static final long LARGEST_OBJECT = 16L * 1024 * 1024;

    private final Pool pool;
    private final Counter cutOff;
    private final AtomicLong held = new AtomicLong();

    AnswerBudget(Pool pool, Counter cutOff) {
        this.pool = pool;
        this.cutOff = cutOff;
    }

    /** Bytes have come; false when they are too many. They count until they are given back, whatever is returned. */
    boolean take(long bytes) {
        long all = pool.held.addAndGet(bytes);
        return held.addAndGet(bytes) <= LARGEST_OBJECT || all <= pool.most;
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
        pool.held.addAndGet(-bytes);
    }

    /** False for the server that everything here is made for, whose lists may also take as long as they do. */
    boolean isBounded() {
        return pool.most != Long.MAX_VALUE;
    }

    long most() {
        return pool.most;
    }

    /** An answer was given up. */
    void cutOff() {
        cutOff.increment();
    }

    /** What several API servers may make this process hold together. */
    static final class Pool {
        private final long most;
        private final AtomicLong held = new AtomicLong();

        Pool(long most) {
            this.most = most;
        }

        /** A quarter of the heap: at its end an answer is copied once, and then parsed. */
        static Pool ofHeap() {
            return new Pool(Runtime.getRuntime().maxMemory() / 4);
        }

        /** For the server that everything here is made for: its lists may be as large as the memory allows. */
        static Pool unbounded() {
            return new Pool(Long.MAX_VALUE);
        }

        /** Bytes held now. */
        long held() {
            return held.get();
        }
    }
}
