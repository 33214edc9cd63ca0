// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.syncer.testing.LoopbackServer;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventWriterTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-29T10:00:00Z"));
    private final List<Event> posted = new CopyOnWriteArrayList<>();
    private final Queue<Integer> failures = new ConcurrentLinkedQueue<>();
    private LoopbackServer loopback;
    private EventWriter events;

    @BeforeEach
    void start() throws IOException {
        loopback = new LoopbackServer();
        loopback.server().createContext("/api/v1/namespaces/shop/events", this::answer);
        events = new EventWriter(new PaperTenant(loopback.client("tenant")), now::get, Meters.of("syncer"));
    }

    @AfterEach
    void stop() {
        loopback.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        posted.add(Serialization.unmarshal(exchange.getRequestBody(), Event.class));
        Integer failure = failures.poll();
        exchange.sendResponseHeaders(failure == null ? 201 : failure, -1);
        exchange.close();
    }

    @Test
    void saysOnceInAWhileWhatWasHeard() {
        events.warn(pod("web"), "FailedCreate", "no room");
        events.warn(pod("web"), "FailedCreate", "no room");
        assertThat(posted).hasSize(1);

        now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(6)));
        events.warn(pod("web"), "FailedCreate", "no room");

        assertThat(posted).hasSize(2);
    }

    @Test
    void saysAgainWhatCouldNotBeWritten() {
        failures.add(503);

        events.warn(pod("web"), "FailedCreate", "no room");
        events.warn(pod("web"), "FailedCreate", "no room");
        events.warn(pod("web"), "FailedCreate", "no room");

        assertThat(posted).as("one that failed and one that did not").hasSize(2);
    }

    @Test
    void writesOfAnObjectWhoseNameFillsAllTheRoomThereIs() {
        String longest = "a".repeat(241) + "-.-" + "b".repeat(9);
        assertThat(longest).hasSize(253);

        events.warn(pod(longest), "FailedCreate", "no room");
        events.warn(pod(longest), "FailedCreate", "no more room");

        assertThat(posted)
                .extracting(event -> event.getMetadata().getName())
                .allSatisfy(name -> assertThat(name)
                        .hasSizeLessThanOrEqualTo(253)
                        .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*"));
        assertThat(posted).extracting(event -> event.getMetadata().getName()).doesNotHaveDuplicates();
        assertThat(posted)
                .extracting(event -> event.getInvolvedObject().getName())
                .containsOnly(longest);
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid("one")
                .endMetadata()
                .build();
    }
}
