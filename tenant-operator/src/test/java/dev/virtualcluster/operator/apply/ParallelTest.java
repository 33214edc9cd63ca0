// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParallelTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Parallel parallel = new Parallel(executor);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void interruptsWhatDoesNotEndInTime() throws Exception {
        var interrupted = new CountDownLatch(2);
        Runnable endless = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        };

        assertThatThrownBy(() -> parallel.run(2, List.of(endless, () -> {}, endless), Duration.ofMillis(100)))
                .isInstanceOf(TimeoutException.class);

        assertThat(interrupted.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void passesAFailureOnAsItIs() {
        Runnable failing = () -> {
            throw new IllegalStateException("theirs");
        };

        assertThatThrownBy(() -> parallel.run(2, List.of(() -> {}, failing), PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("theirs");
        assertThatThrownBy(() -> parallel.run(2, List.of(failing)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("theirs");
    }
}
