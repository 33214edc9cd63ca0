// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that read what watches bring. They are the operating system's, not virtual ones: a watch hands over one event
 * at a time, and on a busy process each would wait behind everything that virtual threads have to do, until the caches
 * are seconds old and everybody acts on what was. What runs here must not block but for a cache's lock. A watch has at
 * most one task waiting, so what waits is bounded by the number of watches.
 */
final class NewsThreads {
    private static final int IDLE_SECONDS = 30;
    private static final int MOST = 4;

    private NewsThreads() {}

    /** A pool of one for every two processors, four at most; idle ones end. */
    static ThreadPoolExecutor pool(String name) {
        int size = Math.clamp(Math.ceilDiv(Runtime.getRuntime().availableProcessors(), 2), 1, MOST);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size,
                size,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name + "-", 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
