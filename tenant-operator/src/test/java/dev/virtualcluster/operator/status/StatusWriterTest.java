// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.VirtualClusterStatus;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written, and which events tell of it, one write after the other. */
class StatusWriterTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final String STATUS_PATH =
            "/apis/tenancy.x-k8s.io/v1alpha1/namespaces/ns/virtualclusters/demo/status";

    private final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
    private final ClientPlatform platform = ClientPlatform.start();
    private final List<String> statuses = new CopyOnWriteArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private StatusWriter writer;
    private VirtualCluster vc;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        var writes = new SuperWrites(platform.connect("super", config).client(), WriteGate.open());
        writer = new StatusWriter(writes, new EventRecorder(writes, clock::get), platform.serialization(), clock::get);
        vc = new VirtualCluster();
        vc.getMetadata().setNamespace("ns");
        vc.getMetadata().setName("demo");
        vc.getMetadata().setUid("0a0a0a0a-0000-4000-8000-00000000000a");
        vc.getMetadata().setGeneration(1L);
        vc.getMetadata().setResourceVersion("1");
    }

    @AfterEach
    void stop() {
        platform.close();
        server.stop(0);
    }

    @Test
    void theTransitionTimeMovesWithTheStatusOnly() {
        write(with(Outcome.waiting("PodsNotReady", "one")));
        after(Duration.ofMinutes(1), with(Outcome.waiting("PodsNotReady", "two")));
        assertThat(etcd().getMessage()).isEqualTo("two");
        assertThat(etcd().getLastTransitionTime()).isEqualTo(NOW.toString());

        after(Duration.ofMinutes(2), with(Outcome.ready("Running", "runs")));
        assertThat(etcd().getLastTransitionTime())
                .isEqualTo(NOW.plus(Duration.ofMinutes(2)).toString());

        after(Duration.ofMinutes(3), with(Outcome.ready("Degraded", "one is missing")));
        assertThat(etcd().getReason()).isEqualTo("Degraded");
        assertThat(etcd().getLastTransitionTime())
                .isEqualTo(NOW.plus(Duration.ofMinutes(2)).toString());
    }

    @Test
    void writesNothingWhereNothingDiffers() {
        write(with(Outcome.ready("Running", "runs")));
        int count = statuses.size();

        after(Duration.ofHours(1), with(Outcome.ready("Running", "runs")));

        assertThat(statuses).hasSize(count);
    }

    @Test
    void leavesConditionsOfOthersAlone() {
        var synced = new Condition();
        synced.setType(ConditionTypes.SYNCER_READY);
        synced.setStatus(Condition.TRUE);
        synced.setReason("Synchronising");
        synced.setLastTransitionTime("2026-01-01T00:00:00Z");
        vc.setStatus(new VirtualClusterStatus());
        vc.getStatus().setConditions(List.of(synced));

        write(with(Outcome.ready("Running", "runs")));

        assertThat(vc.getStatus().condition(ConditionTypes.SYNCER_READY))
                .usingRecursiveComparison()
                .isEqualTo(synced);
    }

    @Test
    void tellsARefusalOnce() {
        var waiting = with(Outcome.waiting("PodsNotReady", "not yet"));
        waiting.refuseSpecification(Outcome.blocked("DowngradeRefused", "never back"));
        write(waiting);
        var runs = with(Outcome.ready("Running", "runs"));
        runs.refuseSpecification(Outcome.blocked("DowngradeRefused", "never back"));

        after(Duration.ofSeconds(1), runs);

        assertThat(vc.getStatus().getMessage()).isEqualTo("Goes on with what runs; not applied: never back");
        assertThat(events)
                .extracting(event -> event.getType() + " " + event.getReason())
                .containsExactly("Warning DowngradeRefused", "Normal Ready");

        var again = with(Outcome.ready("Running", "runs"));
        again.refuseSpecification(Outcome.blocked("DowngradeRefused", "nor to this one"));
        after(Duration.ofSeconds(2), again);
        assertThat(events)
                .hasSize(3)
                .last()
                .satisfies(event -> assertThat(event.getMessage()).contains("nor to this one"));
    }

    private static Report with(Outcome etcd) {
        var report = new Report();
        Report.ASPECTS.forEach(aspect -> report.put(aspect, Outcome.ready("Fine", "fine")));
        report.put(ConditionTypes.ETCD_READY, etcd);
        report.applied();
        return report;
    }

    private void after(Duration time, Report report) {
        clock.set(NOW.plus(time));
        write(report);
    }

    private void write(Report report) {
        vc = writer.write(vc, "root", report);
    }

    private Condition etcd() {
        return Objects.requireNonNull(vc.getStatus().condition(ConditionTypes.ETCD_READY));
    }

    /** Merges a status as an API server does: what it is given replaces what is there. */
    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String answer = body;
        if (exchange.getRequestURI().getPath().equals(STATUS_PATH)) {
            statuses.add(body);
            var merged = platform.serialization().clone(vc);
            merged.setStatus(platform.serialization()
                    .convertValue(
                            Objects.requireNonNull(platform.serialization()
                                    .unmarshal(body, Map.class)
                                    .get("status")),
                            VirtualClusterStatus.class));
            answer = platform.serialization().asJson(merged);
        } else {
            events.add(platform.serialization().unmarshal(body, Event.class));
        }
        byte[] text = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }
}
