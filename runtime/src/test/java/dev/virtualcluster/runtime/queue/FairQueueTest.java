// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.metrics.Meters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FairQueueTest {
    private static final QueueConfig CONFIG =
            QueueConfig.defaults().withInFlightPerTenant(1000).withJitter(0);

    private final ManualTicker clock = new ManualTicker();
    private final Meters meters = Meters.of("test");

    private FairQueue<String> queue(QueueConfig config) {
        return new FairQueue<>("q", config, clock, new Random(1), meters);
    }

    private static Lease<String> taken(FairQueue<String> queue) {
        return requireNonNull(queue.poll(), "a key should be ready");
    }

    private static List<String> drain(FairQueue<String> queue) {
        List<String> keys = new ArrayList<>();
        for (@Nullable Lease<String> lease = queue.poll(); lease != null; lease = queue.poll()) {
            keys.add(lease.key());
            lease.complete();
        }
        return keys;
    }

    @Nested
    class Deduplication {
        private final FairQueue<String> queue = queue(CONFIG);

        @Test
        void handsOutAKeyOnceHoweverOftenItIsAdded() {
            queue.add("t", "a");
            queue.add("t", "a");
            queue.addAfter("t", "a", Duration.ofSeconds(1));

            assertThat(drain(queue)).containsExactly("a");
            assertThat(queue.delayedCount()).isZero();
        }

        @Test
        void tellsEqualKeysOfTwoTenantsApart() {
            queue.add("t", "a");
            queue.add("u", "a");

            assertThat(drain(queue)).containsExactly("a", "a");
        }

        @Test
        void handsOutAgainWhatWasAddedWhileItRan() {
            queue.add("t", "a");
            Lease<String> lease = taken(queue);
            queue.add("t", "a");

            assertThat(queue.poll()).as("while it runs").isNull();
            lease.complete();

            assertThat(drain(queue)).containsExactly("a");
        }

        @Test
        void takesOnlyTheFirstSettlementOfALease() {
            queue.add("t", "a");
            Lease<String> lease = taken(queue);
            lease.complete();
            lease.retry();
            lease.again(Duration.ofSeconds(1));

            assertThat(queue.delayedCount()).isZero();
            assertThat(queue.inFlightCount()).isZero();
        }
    }

    @Nested
    class Time {
        private final FairQueue<String> queue = queue(CONFIG);

        @Test
        void holdsADelayedKeyUntilItsTime() {
            queue.addAfter("t", "a", Duration.ofSeconds(5));

            clock.advance(Duration.ofMillis(4999));
            assertThat(queue.poll()).isNull();
            clock.advance(Duration.ofMillis(1));

            assertThat(drain(queue)).containsExactly("a");
        }

        @Test
        void followsTheEarliestWish() {
            queue.addAfter("t", "a", Duration.ofSeconds(5));
            queue.addAfter("t", "a", Duration.ofSeconds(2));
            queue.addAfter("t", "a", Duration.ofSeconds(9));

            clock.advance(Duration.ofSeconds(2));

            assertThat(drain(queue)).containsExactly("a");
            assertThat(queue.delayedCount()).isZero();
        }

        @Test
        void endsADelayWhenTheKeyIsAdded() {
            queue.addAfter("t", "a", Duration.ofHours(1));
            queue.add("t", "a");

            assertThat(drain(queue)).containsExactly("a");
            assertThat(queue.delayedCount()).isZero();
        }

        @Test
        void remembersALaterWishThatCameWhileItRan() {
            queue.add("t", "a");
            Lease<String> lease = taken(queue);
            queue.addAfter("t", "a", Duration.ofSeconds(3));
            lease.complete();

            assertThat(queue.poll()).isNull();
            clock.advance(Duration.ofSeconds(3));
            assertThat(drain(queue)).containsExactly("a");
        }

        @Test
        void returnsWhenAskedTo() {
            queue.add("t", "a");
            taken(queue).again(Duration.ofSeconds(7));

            clock.advance(Duration.ofSeconds(7));

            assertThat(taken(queue).attempt()).as("no failure was counted").isEqualTo(1);
        }
    }

    @Nested
    class Retry {
        private final FairQueue<String> queue =
                queue(CONFIG.withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(10)));

        private Duration waitOfNextAttempt() {
            Duration waited = Duration.ZERO;
            for (@Nullable Lease<String> lease = queue.poll(); ; lease = queue.poll()) {
                if (lease != null) {
                    lease.retry();
                    return waited;
                }
                clock.advance(Duration.ofMillis(500));
                waited = waited.plusMillis(500);
            }
        }

        @Test
        void doublesTheBackOffUpToItsLimit() {
            queue.add("t", "a");
            taken(queue).retry();

            assertThat(IntStream.range(0, 6).mapToObj(i -> waitOfNextAttempt().toSeconds()))
                    .containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
        }

        @Test
        void countsAttemptsAndResetsThemOnSuccess() {
            queue.add("t", "a");
            taken(queue).retry();
            clock.advance(Duration.ofSeconds(1));
            Lease<String> second = taken(queue);
            assertThat(second.attempt()).isEqualTo(2);

            second.complete();
            queue.add("t", "a");

            assertThat(taken(queue).attempt()).isEqualTo(1);
        }

        @Test
        void keepsTheCountWhenAChangeEndsTheBackOff() {
            queue.add("t", "a");
            taken(queue).retry();
            queue.add("t", "a");

            assertThat(taken(queue).attempt()).isEqualTo(2);
        }

        @Test
        void spreadsBackOffsByJitter() {
            FairQueue<String> jittery = queue(CONFIG.withBackoff(Duration.ofSeconds(10), Duration.ofSeconds(10))
                    .withJitter(0.5));
            for (int i = 0; i < 50; i++) {
                jittery.add("t", "k" + i);
            }
            for (@Nullable Lease<String> lease = jittery.poll(); lease != null; lease = jittery.poll()) {
                lease.retry();
            }

            clock.advance(Duration.ofMillis(4999));
            assertThat(jittery.poll()).as("not before half the back-off").isNull();
            clock.advance(Duration.ofMillis(2500));
            assertThat(drain(jittery)).hasSizeBetween(10, 40);
        }

        @Test
        void postponesRetriesBeyondTheBudgetAndLosesNone() {
            FairQueue<String> tight = queue(CONFIG.withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(1))
                    .withRetryBudget(2, 10));
            for (int i = 0; i < 30; i++) {
                tight.add("t", "k" + i);
            }
            for (@Nullable Lease<String> lease = tight.poll(); lease != null; lease = tight.poll()) {
                lease.retry();
            }

            clock.advance(Duration.ofSeconds(1));
            assertThat(drain(tight)).as("the burst and what a second adds").hasSizeBetween(10, 13);
            clock.advance(Duration.ofSeconds(5));
            assertThat(drain(tight)).hasSizeBetween(9, 11);
            clock.advance(Duration.ofSeconds(10));
            drain(tight);
            assertThat(tight.laneCount()).isZero();
        }
    }

    @Nested
    class Fairness {
        @Test
        void letsASingleKeyPassABacklogWithinOneRound() {
            FairQueue<String> queue = queue(CONFIG.withInFlightPerTenant(100_000));
            for (int i = 0; i < 10_000; i++) {
                queue.add("noisy", "n" + i);
            }
            taken(queue).complete();
            queue.add("quiet", "q");

            assertThat(List.of(taken(queue).key(), taken(queue).key())).contains("q");
        }

        @Test
        void servesByWeight() {
            FairQueue<String> queue = queue(CONFIG);
            queue.setWeight("big", 3);
            for (int i = 0; i < 8; i++) {
                queue.add("big", "b");
                queue.add("big", "b" + i);
                queue.add("small", "s" + i);
            }

            assertThat(drain(queue).subList(0, 8).stream().map(key -> key.substring(0, 1)))
                    .containsExactly("b", "b", "b", "s", "b", "b", "b", "s");
        }

        @Test
        void parksATenantAtItsInFlightBudgetWhileOthersGoOn() {
            FairQueue<String> queue = queue(CONFIG.withInFlightPerTenant(2));
            for (int i = 0; i < 5; i++) {
                queue.add("slow", "s" + i);
            }
            Lease<String> first = taken(queue);
            taken(queue);
            queue.add("quick", "q");

            assertThat(taken(queue).key()).isEqualTo("q");
            assertThat(queue.poll()).as("the slow one has used up its budget").isNull();
            first.complete();
            assertThat(taken(queue).key()).isEqualTo("s2");
        }
    }

    @Nested
    class Removal {
        private final FairQueue<String> queue = queue(CONFIG);

        @Test
        void dropsWhatWaits() {
            queue.add("t", "a");
            queue.addAfter("t", "b", Duration.ofSeconds(1));
            queue.add("u", "c");
            queue.removeTenant("t");
            clock.advance(Duration.ofSeconds(2));

            assertThat(drain(queue)).containsExactly("c");
            assertThat(queue.laneCount()).isZero();
        }

        @Test
        void letsWhatRunsEndWithoutAReturn() {
            queue.add("t", "a");
            Lease<String> lease = taken(queue);
            queue.add("t", "a");
            queue.removeTenant("t");
            lease.retry();

            assertThat(queue.poll()).isNull();
            assertThat(queue.delayedCount()).isZero();
            assertThat(queue.laneCount()).isZero();
        }

        @Test
        void neverHandsOutTwiceWhenTheTenantComesBack() {
            queue.add("t", "a");
            Lease<String> lease = taken(queue);
            queue.removeTenant("t");
            queue.add("t", "a");

            assertThat(queue.poll()).as("the former lease is open").isNull();
            lease.complete();
            assertThat(drain(queue)).containsExactly("a");
        }

        @Test
        void forgetsTheWeight() {
            queue.setWeight("t", 3);
            queue.removeTenant("t");
            for (int i = 0; i < 4; i++) {
                queue.add("t", "t" + i);
                queue.add("u", "u" + i);
            }

            assertThat(drain(queue).subList(0, 4)).containsExactly("t0", "u0", "t1", "u1");
        }

        @Test
        void keepsNothingForAnIdleTenant() {
            queue.add("t", "a");
            drain(queue);

            assertThat(queue.laneCount()).isZero();
        }
    }

    @Nested
    class Waiting {
        private final FairQueue<String> queue = new FairQueue<>("live", CONFIG, meters);

        private CompletableFuture<String> take() {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            Lease<String> lease = queue.take();
                            lease.complete();
                            return lease.key();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new IllegalStateException(e);
                        }
                    },
                    Thread::startVirtualThread);
        }

        @Test
        void wakesWhoeverWaits() throws Exception {
            CompletableFuture<String> first = take();
            CompletableFuture<String> second = take();
            awaitSleepers(2);
            queue.add("t", "a");
            queue.add("t", "b");

            assertThat(List.of(first.get(), second.get())).containsExactlyInAnyOrder("a", "b");
        }

        @Test
        void wakesInTimeForTheEarlierOfTwoDelays() throws Exception {
            queue.addAfter("t", "late", Duration.ofHours(1));
            CompletableFuture<String> first = take();
            awaitSleepers(1);
            queue.addAfter("t", "early", Duration.ofMillis(20));

            assertThat(first.get()).isEqualTo("early");
        }

        @Test
        void wakesAgainForTheLaterOfTwoDelays() throws Exception {
            queue.addAfter("t", "late", Duration.ofMillis(300));
            queue.addAfter("t", "early", Duration.ofMillis(20));

            assertThat(List.of(take().get(), take().get())).containsExactly("early", "late");
        }

        private void awaitSleepers(int count) {
            await().untilAsserted(() -> assertThat(queue.waitingCount()).isEqualTo(count));
        }

        @Test
        void endsForEverybodyOnClose() {
            List<CompletableFuture<String>> waiting = List.of(take(), take(), take());
            queue.close();

            for (CompletableFuture<String> each : waiting) {
                assertThatThrownBy(each::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(QueueClosedException.class);
            }
        }

        @Test
        void showsItsMetersFromTheStart() {
            await().untilAsserted(() -> assertThat(meters.scrape())
                    .contains(
                            "vc_test_queue_depth_keys{queue=\"live\"} 0.0",
                            "vc_test_queue_oldest_age_seconds{queue=\"live\"} 0.0",
                            "vc_test_queue_retries_total{queue=\"live\"} 0.0",
                            "vc_test_queue_wait_seconds_count{queue=\"live\"} 0",
                            "vc_test_queue_run_seconds_count{queue=\"live\"} 0"));
        }
    }
}
