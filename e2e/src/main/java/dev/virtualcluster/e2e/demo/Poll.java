// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Waits for something outside this process to become true. Blocks the calling thread, four looks a second. */
final class Poll {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private Poll() {}

    /** The first value that {@code look} finds; {@code explain} is asked for the reason when {@code limit} runs out. */
    static <T> T until(Duration limit, String what, Callable<Optional<T>> look, Callable<String> explain)
            throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> found = look.call();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > deadline) {
                throw new StepFailedException(what + ": not within " + limit.toSeconds() + " s\n" + explain.call());
            }
            Thread.sleep(PAUSE);
        }
    }
}
