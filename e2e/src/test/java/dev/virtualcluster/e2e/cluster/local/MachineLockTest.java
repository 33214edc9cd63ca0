// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.cluster.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineLockTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Progress progress = Progress.to(new PrintStream(said, true, StandardCharsets.UTF_8));

    @Test
    void oneAtATimeHoweverManyCome() throws Exception {
        Path file = folder.resolve("lock");
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(threads.submit(() -> MachineLock.holding(file, "test", progress, () -> {
                    assertThat(inside.incrementAndGet()).isEqualTo(1);
                    inside.decrementAndGet();
                    return done.incrementAndGet();
                })));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }

        assertThat(done).hasValue(20);
        assertThat(file).as("nothing is left").doesNotExist();
    }

    @Test
    void whoWaitsIsToldForWhom() throws Exception {
        Path file = folder.resolve("lock");
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> MachineLock.holding(file, "up of /src/first", progress, () -> {
                held.countDown();
                return uninterrupted(release);
            }));
            held.await();
            Future<?> second = threads.submit(() -> MachineLock.holding(file, "down", progress, () -> true));
            org.awaitility.Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(said.toString(StandardCharsets.UTF_8)).contains("up of /src/first"));
            release.countDown();
            first.get();
            second.get();
        }
    }

    @Test
    void theFileOfADeadHolderIsNoObstacle() throws Exception {
        Path file = folder.resolve("lock");
        Files.writeString(file, "pid 1, killed long ago");

        assertThat(MachineLock.holding(file, "test", progress, () -> "done")).isEqualTo("done");
    }

    private static boolean uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
