// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PendingAnswersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final PendingAnswers answers = new PendingAnswers(clock::get);
    private final ExecutorService waiters = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        waiters.shutdownNow();
    }

    @Test
    void givesWhatComesInTime() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Future<String> waiting = waiters.submit(() -> answers.await(answer, PATIENCE));
        waitFor(1);

        clock.addAndGet(PATIENCE.toNanos() - 1);
        answers.endOverdue();
        assertThat(answer).isNotDone();
        answer.complete("pods");

        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo("pods");
        assertThat(answers.count()).isZero();
    }

    /** The clock passes its largest value meanwhile, as the system's may. */
    @Test
    void endsTheWaitForWhatIsOverdueAndNoOther() throws Exception {
        CompletableFuture<String> late = new CompletableFuture<>();
        CompletableFuture<String> other = new CompletableFuture<>();
        Future<String> waiting = waiters.submit(() -> answers.await(late, PATIENCE));
        var ignored = waiters.submit(() -> answers.await(other, PATIENCE.plusSeconds(1)));
        waitFor(2);

        clock.addAndGet(PATIENCE.toNanos());
        answers.endOverdue();

        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(TimeoutException.class)
                .hasRootCauseMessage("no answer within 30 seconds");
        assertThat(other).isNotDone();
        waitFor(1);
    }

    @Test
    void forgetsWhoIsInterrupted() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Future<String> waiting = waiters.submit(() -> answers.await(answer, PATIENCE));
        waitFor(1);

        waiting.cancel(true);

        waitFor(0);
        assertThat(answer)
                .as("whoever waits decides what becomes of the request")
                .isNotDone();
    }

    @Test
    void waitsForEverWithoutALimit() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        var ignored = waiters.submit(() -> answers.await(answer, Duration.ZERO));
        waitFor(1);

        clock.addAndGet(Duration.ofDays(1).toNanos());
        answers.endOverdue();

        assertThat(answer).isNotDone();
    }

    @Test
    void endsAllWaitsWhenItIsClosedAndThoseThatBeginLater() {
        Future<String> waiting = waiters.submit(() -> answers.await(new CompletableFuture<>(), PATIENCE));
        waitFor(1);

        answers.close();
        Future<String> late = waiters.submit(() -> answers.await(new CompletableFuture<>(), PATIENCE));

        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("the process ends");
        assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("the process ends");
    }

    private void waitFor(int count) {
        await().untilAsserted(() -> assertThat(answers.count()).isEqualTo(count));
    }
}
