// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.metrics.Meters;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class FairQueuePropertyTest {
    private static final int TENANTS = 3;
    private static final int KEYS = 3;

    private record Work(String tenant, String key) {}

    /**
     * A random play of all operations against a model that knows only which keys are owed a hand-out: what was added
     * must come once it is ready, what runs must not come a second time, what nobody wants must not come at all.
     */
    @Property(tries = 600)
    void neitherLosesNorDoublesNorInvents(@ForAll @Size(max = 120) List<@IntRange(min = 0, max = 9999) Integer> moves) {
        ManualTicker clock = new ManualTicker();
        FairQueue<String> queue = new FairQueue<>(
                "q", QueueConfig.defaults().withInFlightPerTenant(2), clock, new Random(7), Meters.of("test"));
        Set<Work> owed = new HashSet<>();
        Map<Work, Lease<String>> running = new HashMap<>();

        for (int move : moves) {
            Work work = new Work("t" + move % TENANTS, "k" + move / TENANTS % KEYS);
            switch (move / 1000) {
                case 0, 1 -> {
                    queue.add(work.tenant(), work.key());
                    owed.add(work);
                }
                case 2 -> {
                    queue.addAfter(work.tenant(), work.key(), Duration.ofMillis(move));
                    owed.add(work);
                }
                case 3, 4, 5 -> take(queue, owed, running);
                case 6 -> settle(work, owed, running, Lease::complete, false);
                case 7 -> settle(work, owed, running, Lease::retry, true);
                case 8 -> settle(work, owed, running, lease -> lease.again(Duration.ofMillis(50)), true);
                default -> {
                    if (move % 10 == 0) {
                        queue.removeTenant(work.tenant());
                        owed.removeIf(each -> each.tenant().equals(work.tenant()));
                        // What a removed tenant's lease says no longer matters.
                        running.keySet().stream()
                                .filter(each -> each.tenant().equals(work.tenant()))
                                .toList()
                                .forEach(each -> settle(each, owed, running, Lease::retry, false));
                    } else {
                        clock.advance(Duration.ofMillis(move));
                    }
                }
            }
        }

        while (!owed.isEmpty() || !running.isEmpty()) {
            List.copyOf(running.keySet()).forEach(each -> settle(each, owed, running, Lease::complete, false));
            clock.advance(Duration.ofMinutes(10));
            boolean progress = take(queue, owed, running);
            assertThat(progress || owed.isEmpty()).as("still owed: %s", owed).isTrue();
        }
        assertThat(queue.laneCount()).isZero();
        assertThat(queue.depth()).isZero();
        assertThat(queue.delayedCount()).isZero();
        assertThat(queue.inFlightCount()).isZero();
    }

    /** Invariant 4: between a tenant's turn and its next, every other gives at most its weight. */
    @Property(tries = 200)
    void servesEveryTenantWithinOneRound(
            @ForAll @Size(min = 2, max = 6) List<@IntRange(min = 1, max = 9) Integer> weights,
            @ForAll @IntRange(min = 0, max = 40) int headStart) {
        FairQueue<Integer> queue = new FairQueue<>(
                "q",
                QueueConfig.defaults().withInFlightPerTenant(1_000_000),
                new ManualTicker(),
                new Random(3),
                Meters.of("test"));
        int round = weights.stream().mapToInt(Integer::intValue).sum();
        for (int tenant = 1; tenant < weights.size(); tenant++) {
            queue.setWeight("t" + tenant, weights.get(tenant));
            for (int key = 0; key < 100; key++) {
                queue.add("t" + tenant, key);
            }
        }
        for (int i = 0; i < headStart; i++) {
            queue.poll();
        }

        queue.add("t0", 0);

        int waited = 0;
        for (@Nullable Lease<Integer> lease = queue.poll(); lease != null; lease = queue.poll()) {
            if (lease.tenant().equals("t0")) {
                break;
            }
            waited++;
        }
        assertThat(waited).isLessThanOrEqualTo(round - weights.getFirst());
    }

    /** The same promises with real threads, real time and many collisions. */
    @Property(tries = 5)
    void keepsItsPromisesUnderContention(@ForAll Random random) throws InterruptedException {
        int keys = 40;
        int adds = 4000;
        AtomicIntegerArray inside = new AtomicIntegerArray(keys);
        AtomicIntegerArray generation = new AtomicIntegerArray(keys);
        AtomicIntegerArray handled = new AtomicIntegerArray(keys);
        AtomicInteger doubled = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(8);
        try (FairQueue<Integer> queue = new FairQueue<>(
                "q",
                QueueConfig.defaults()
                        .withInFlightPerTenant(2)
                        .withBackoff(Duration.ofNanos(1000), Duration.ofMillis(1))
                        .withRetryBudget(1_000_000, 1_000_000),
                Meters.of("test"))) {
            for (int i = 0; i < 8; i++) {
                Random own = new Random(random.nextLong());
                Thread.startVirtualThread(() -> {
                    try {
                        while (true) {
                            Lease<Integer> lease = queue.take();
                            if (inside.incrementAndGet(lease.key()) != 1) {
                                doubled.incrementAndGet();
                            }
                            int seen = generation.get(lease.key());
                            Thread.onSpinWait();
                            handled.accumulateAndGet(lease.key(), seen, Math::max);
                            inside.decrementAndGet(lease.key());
                            switch (own.nextInt(3)) {
                                case 0 -> lease.retry();
                                case 1 -> lease.again(Duration.ofNanos(own.nextInt(100_000)));
                                default -> lease.complete();
                            }
                        }
                    } catch (InterruptedException | QueueClosedException e) {
                        ended.countDown();
                    }
                });
            }
            for (int i = 0; i < adds; i++) {
                int key = random.nextInt(keys);
                generation.incrementAndGet(key);
                queue.add("t" + key % 5, key);
            }
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(queue.depth() + queue.delayedCount() + queue.inFlightCount())
                            .isZero());
        }
        ended.await();
        assertThat(doubled.get()).as("handed out while running").isZero();
        for (int key = 0; key < keys; key++) {
            assertThat(handled.get(key))
                    .as("last change of key %d was handled", key)
                    .isEqualTo(generation.get(key));
        }
    }

    private static boolean take(FairQueue<String> queue, Set<Work> owed, Map<Work, Lease<String>> running) {
        Lease<String> lease = queue.poll();
        if (lease == null) {
            return false;
        }
        Work work = new Work(lease.tenant(), lease.key());
        assertThat(running).as("handed out while running").doesNotContainKey(work);
        assertThat(owed).as("handed out though nobody wants it").contains(work);
        owed.remove(work);
        running.put(work, lease);
        return true;
    }

    private static void settle(
            Work work,
            Set<Work> owed,
            Map<Work, Lease<String>> running,
            java.util.function.Consumer<Lease<String>> how,
            boolean returns) {
        Lease<String> lease = running.remove(work);
        if (lease == null) {
            return;
        }
        how.accept(lease);
        if (returns) {
            owed.add(work);
        }
    }
}
