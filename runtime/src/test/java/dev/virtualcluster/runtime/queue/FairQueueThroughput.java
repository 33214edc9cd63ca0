// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

import dev.virtualcluster.runtime.metrics.Meters;
import java.util.concurrent.CountDownLatch;

/** Measures the queue alone: {@code FairQueueThroughput [tenants] [keys] [workers]}, through add, take and complete. */
final class FairQueueThroughput {
    private FairQueueThroughput() {}

    public static void main(String... args) throws InterruptedException {
        int tenants = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        int keys = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        int workers = args.length > 2 ? Integer.parseInt(args[2]) : 8;
        for (int round = 0; round < 3; round++) {
            try (FairQueue<Integer> queue = new FairQueue<>("bench", QueueConfig.defaults(), Meters.of("bench"))) {
                CountDownLatch done = new CountDownLatch(keys);
                for (int i = 0; i < workers; i++) {
                    Thread.startVirtualThread(() -> work(queue, done));
                }
                long start = System.nanoTime();
                for (int key = 0; key < keys; key++) {
                    queue.add("tenant-" + key % tenants, key);
                }
                done.await();
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(
                        "%d tenants, %d keys, %d workers: %.2f s, %.0f keys/s%n",
                        tenants, keys, workers, seconds, keys / seconds);
            }
        }
    }

    private static void work(FairQueue<Integer> queue, CountDownLatch done) {
        try {
            while (true) {
                queue.take().complete();
                done.countDown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (QueueClosedException e) {
            // The round is over.
        }
    }
}
