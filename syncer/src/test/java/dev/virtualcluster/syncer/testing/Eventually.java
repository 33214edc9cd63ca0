// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;

/** Waits for what the syncer does in its own time. */
public final class Eventually {
    /** A busy machine's; what holds at all holds much sooner. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Eventually() {}

    /**
     * Repeats the assertion until it holds. An API server that refuses or breaks off a request of the test for a moment
     * (too many requests, an election, a reset) says nothing about the syncer: that is asked again too.
     */
    public static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            try {
                assertion.run();
            } catch (KubernetesClientException e) {
                throw new AssertionError("a request of the test failed: " + e.getMessage(), e);
            }
        });
    }
}
