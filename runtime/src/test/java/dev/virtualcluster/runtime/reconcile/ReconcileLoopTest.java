// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.queue.FairQueue;
import dev.virtualcluster.runtime.queue.QueueConfig;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

@Timeout(30)
class ReconcileLoopTest {
    private final Meters meters = Meters.of("test");
    private final AtomicLong clock = new AtomicLong();
    private final FairQueue<String> queue = new FairQueue<>(
            "q", QueueConfig.defaults().withBackoff(Duration.ofMillis(1), Duration.ofMillis(5)), meters);
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeQueue() {
        queue.close();
    }

    private ReconcileLoop<String> started(Reconciler<String> reconciler) {
        ReconcileLoop<String> loop = new ReconcileLoop<>("loop", queue, reconciler, 2, meters, clock::get);
        loop.start();
        return loop;
    }

    @Test
    void triesAgainWhatThrewAndThenIsDone() {
        AtomicInteger calls = new AtomicInteger();
        try (ReconcileLoop<String> loop = started((tenant, key) -> {
            if (calls.incrementAndGet() < 4) {
                throw new KubernetesClientException("overloaded", 503, null);
            }
            return Result.done();
        })) {
            queue.add("t", "a");

            await().untilAsserted(() -> assertThat(meters.scrape())
                    .contains(
                            "vc_test_reconciles_total{loop=\"loop\",outcome=\"transient\"} 3.0",
                            "vc_test_reconciles_total{loop=\"loop\",outcome=\"done\"} 1.0"));
            assertThat(loop.isAlive()).isTrue();
        }
    }

    @Test
    void outlivesReconcilersThatBreak() {
        List<Error> errors =
                List.of(new StackOverflowError(), new AssertionError("broken"), new LinkageError("broken"));
        AtomicInteger calls = new AtomicInteger();
        try (ReconcileLoop<String> loop = started((tenant, key) -> {
            int call = calls.getAndIncrement();
            if (call < errors.size()) {
                throw errors.get(call);
            }
            seen.add(key);
            return Result.done();
        })) {
            queue.add("t", "a");

            await().untilAsserted(() -> assertThat(seen).containsExactly("a"));
            assertThat(loop.isAlive()).isTrue();
        }
    }

    @Test
    void tellsTheLivenessProbeThatAWorkerDied() {
        try (ReconcileLoop<String> loop = started((tenant, key) -> {
            throw new OutOfMemoryError("not really");
        })) {
            queue.add("t", "a");

            await().untilAsserted(() -> assertThat(loop.isAlive()).isFalse());
        }
    }

    @Test
    void tellsTheLivenessProbeThatAWorkerIsStuck() {
        CountDownLatch release = new CountDownLatch(1);
        try (ReconcileLoop<String> loop = started((tenant, key) -> {
            seen.add(key);
            release.await();
            return Result.done();
        })) {
            queue.add("t", "a");
            await().untilAsserted(() -> assertThat(seen).containsExactly("a"));

            clock.addAndGet(Duration.ofMinutes(10).toNanos());

            assertThat(loop.isStuck(Duration.ofMinutes(5))).isTrue();
            release.countDown();
            await().untilAsserted(() ->
                    assertThat(loop.isStuck(Duration.ofMinutes(5))).isFalse());
        }
    }

    @Test
    void doesNotRepeatWhatWasRejected() {
        try (ReconcileLoop<String> _ = started((tenant, key) -> {
            seen.add(key);
            return Result.rejected("it is no good");
        })) {
            queue.add("t", "a");

            await().untilAsserted(() -> assertThat(meters.scrape())
                    .contains("vc_test_reconciles_total{loop=\"loop\",outcome=\"rejected\"} 1.0"));
            assertThat(queue.size("t")).isZero();
            assertThat(seen).containsExactly("a");
        }
    }

    @Test
    void numbersEachAttemptForTheLog() {
        try (ReconcileLoop<String> _ = started((tenant, key) -> {
            seen.add(MDC.get(LogKeys.TENANT) + " " + MDC.get(LogKeys.KEY) + " " + MDC.get(LogKeys.RECONCILE));
            return Result.done();
        })) {
            queue.add("t", "a");
            await().untilAsserted(() -> assertThat(seen).hasSize(1));
            queue.add("t", "a");

            await().untilAsserted(() -> assertThat(seen).containsExactly("t a 1", "t a 2"));
        }
    }

    /** A tenant's API server writes the text of a failure. */
    @Test
    void logsTheBeginningOfALongFailure() {
        Logger logger = (Logger) LoggerFactory.getLogger(ReconcileLoop.class);
        ListAppender<ILoggingEvent> records = new ListAppender<>();
        records.start();
        logger.addAppender(records);
        try (ReconcileLoop<String> _ = started((tenant, key) -> {
            if (seen.add(key) && seen.size() == 1) {
                throw new KubernetesClientException("no! ".repeat(100_000), 403, null);
            }
            return Result.done();
        })) {
            queue.add("t", "long");

            await().untilAsserted(() -> assertThat(seen).hasSize(2));
        } finally {
            logger.detachAppender(records);
        }
        assertThat(records.list)
                .filteredOn(record -> record.getKeyValuePairs().toString().contains("long"))
                .isNotEmpty()
                .allSatisfy(record ->
                        assertThat(record.getKeyValuePairs().toString()).hasSizeLessThan(1_500));
    }

    @Test
    void interruptsItsWorkersOnClose() {
        CountDownLatch interrupted = new CountDownLatch(1);
        ReconcileLoop<String> loop = started((tenant, key) -> {
            seen.add(key);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return Result.done();
        });
        queue.add("t", "a");
        await().untilAsserted(() -> assertThat(seen).containsExactly("a"));

        loop.close();

        assertThat(interrupted.getCount()).isZero();
        assertThat(loop.isAlive()).as("an orderly end is no death").isTrue();
    }
}
