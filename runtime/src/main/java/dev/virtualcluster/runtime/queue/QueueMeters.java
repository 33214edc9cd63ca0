// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

import dev.virtualcluster.runtime.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** The meters of one queue. */
final class QueueMeters {
    private final Counter adds;
    private final Counter retries;
    private final Timer wait;
    private final Timer run;

    QueueMeters(String name, FairQueue<?> queue, Meters meters) {
        adds = meters.counter("queue_adds", "queue", name);
        retries = meters.counter("queue_retries", "queue", name);
        wait = meters.timer("queue_wait", "queue", name);
        run = meters.timer("queue_run", "queue", name);
        meters.gauge("queue_depth_keys", queue::depth, "queue", name);
        meters.gauge("queue_delayed_keys", queue::delayedCount, "queue", name);
        meters.gauge("queue_in_flight_keys", queue::inFlightCount, "queue", name);
        meters.gauge("queue_oldest_age_seconds", () -> queue.oldestAge().toNanos() / 1e9, "queue", name);
    }

    void added() {
        adds.increment();
    }

    void retried() {
        retries.increment();
    }

    void waited(long nanos) {
        wait.record(nanos, TimeUnit.NANOSECONDS);
    }

    void ran(long nanos) {
        run.record(nanos, TimeUnit.NANOSECONDS);
    }
}
