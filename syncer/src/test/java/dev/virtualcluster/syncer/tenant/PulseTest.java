// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.testing.LoopbackServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PulseTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch silence = new CountDownLatch(1);
    private LoopbackServer loopback;
    private HttpServer server;
    private Pulse pulse;

    @BeforeEach
    void start() throws IOException {
        loopback = new LoopbackServer();
        server = loopback.server();
        server.createContext("/refused", exchange -> {
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
        });
        server.createContext("/silent", exchange -> {
            try {
                silence.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        silence.countDown();
        loopback.close();
    }

    private void ask(String path) {
        KubernetesClient client = loopback.client("tenant");
        pulse = new Pulse(
                () -> {
                    asked.incrementAndGet();
                    Requests.send(client, "GET", path, Requests.JSON, null, String.class);
                },
                nanos::get);
        pulse.ask();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void refusalIsAnAnswer() {
        ask("/refused");

        await().untilAsserted(() -> assertThat(pulse.isOpen()).isFalse());
        pass(LIMIT.plusSeconds(1));
        assertThat(pulse.isUnanswered(LIMIT)).isFalse();
        assertThat(pulse.wasFelt(LIMIT)).isFalse();
        assertThat(pulse.wasFelt(LIMIT.plusSeconds(1))).isTrue();
    }

    @Test
    void asksOnceWhileTheServerTakesItsTime() {
        ask("/silent");
        await().untilAsserted(() -> assertThat(asked).hasValue(1));

        pass(LIMIT);
        pulse.ask();
        assertThat(pulse.isUnanswered(LIMIT))
                .as("a slow server is none that is gone")
                .isFalse();
        pass(Duration.ofSeconds(1));
        pulse.ask();
        assertThat(pulse.isUnanswered(LIMIT)).isTrue();
        assertThat(asked).hasValue(1);

        silence.countDown();
        await().untilAsserted(() -> assertThat(pulse.isUnanswered(LIMIT)).isFalse());
    }

    @Test
    void countsFromTheFirstQuestionThatFailed() {
        server.stop(0);
        ask("/refused");

        await().untilAsserted(() -> {
            pulse.ask();
            assertThat(asked).hasValueGreaterThan(1);
        });
        assertThat(pulse.isUnanswered(LIMIT)).isFalse();
        pass(LIMIT.plusSeconds(1));
        assertThat(pulse.isUnanswered(LIMIT)).isTrue();
    }
}
