// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Waits for assertions about something that other processes bring about. */
final class Eventually {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Eventually() {}

    static void holds(ThrowingRunnable assertion) {
        holds(LIMIT, assertion);
    }

    static void holds(Duration limit, ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .untilAsserted(assertion);
    }
}
