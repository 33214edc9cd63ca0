// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.agent.testing.FakeKubelet;
import dev.virtualcluster.agent.testing.RawClient;
import dev.virtualcluster.apis.names.TenantKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bounds, idle times and endings. */
@Timeout(60)
class LimitsTest {
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";

    private static Limits limits(Duration head, Duration kubelet, Duration idle) {
        return new Limits(65_536, head, kubelet, idle, 2, 100, 10, 20, 4);
    }

    private static AgentFixture agent() throws Exception {
        return new AgentFixture(limits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(1)));
    }

    private static RawClient stream(AgentFixture agent) throws IOException {
        agent.kubelet.plays((in, out) -> {
            FakeKubelet.write(out, SWITCH);
            in.transferTo(out);
        });
        RawClient client = agent.tenantA();
        client.send(AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1"));
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        return client;
    }

    @Test
    void boundsTheStreamsOfATenantAndNotThoseOfOthers() throws Exception {
        try (AgentFixture agent = agent();
                RawClient first = stream(agent);
                RawClient second = stream(agent)) {
            assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS)))
                    .startsWith("HTTP/1.1 429 ")
                    .contains("Retry-After: 1", "already has 2 streams");
            try (RawClient other = agent.tenantB()) {
                assertThat(other.send(AgentFixture.get("/healthz")).readAll()).startsWith("HTTP/1.1 200 ");
            }
            first.leave();
            await().untilAsserted(() -> assertThat(agent.server.streams()).isEqualTo(1));
            try (RawClient third = stream(agent)) {
                assertThat(agent.server.streams()).isEqualTo(2);
                third.send("x");
                second.send("y");
                assertThat(second.read(1)).asString().isEqualTo("y");
            }
        }
    }

    @Test
    void boundsHowOftenATenantAsksForStreamsAndNotHowOftenForLogs() throws Exception {
        try (AgentFixture agent = new AgentFixture(new Limits(
                65_536, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(1), 99, 100, 1, 99, 99))) {
            String nowhere = AgentFixture.upgrade("POST", "/portForward/shop/nothing?port=80", "SPDY/3.1");
            List<String> answers = new ArrayList<>();
            // Some more than may come at once, for what is refilled meanwhile.
            for (int i = 0; i < 20; i++) {
                answers.add(agent.ask(nowhere));
            }
            assertThat(answers.subList(0, 5)).allMatch(answer -> answer.startsWith("HTTP/1.1 404 "));
            assertThat(answers)
                    .anyMatch(answer -> answer.startsWith("HTTP/1.1 429 ") && answer.contains("Retry-After: 1"));
            assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS))).startsWith("HTTP/1.1 200 ");
        }
    }

    /** Each of them is a read from the super cluster's API server. */
    @Test
    void boundsHowOftenATenantAsksForLogsOfPodsThatAreNotThere() throws Exception {
        try (AgentFixture agent = new AgentFixture(new Limits(
                65_536, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(1), 99, 100, 1, 99, 99))) {
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(agent.ask(AgentFixture.get("/containerLogs/shop/nothing/app")));
            }
            assertThat(answers.subList(0, 5)).allMatch(answer -> answer.startsWith("HTTP/1.1 404 "));
            assertThat(answers)
                    .anyMatch(answer -> answer.startsWith("HTTP/1.1 429 ") && answer.contains("Retry-After: 1"));
            assertThat(agent.superCluster.reads()).isEqualTo((int) answers.stream()
                    .filter(answer -> answer.startsWith("HTTP/1.1 404 "))
                    .count());
            assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS)))
                    .as("of a pod that is known")
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void boundsConnectionsOfAnAddressThatSaysNothing() throws Exception {
        try (AgentFixture agent = agent()) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                silent.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), agent.port));
            }
            await().untilAsserted(() -> assertThat(agent.server.connections()).isEqualTo(4));
            assertThatThrownBy(agent::tenantA).isInstanceOf(IOException.class);
            assertThat(agent.turnedAway).isNotEmpty();
            for (Socket socket : silent) {
                socket.close();
            }
            await().untilAsserted(() -> assertThat(agent.server.connections()).isZero());
            assertThat(agent.ask(AgentFixture.get("/healthz"))).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void boundsAllConnections() throws Exception {
        try (AgentFixture agent = new AgentFixture(new Limits(
                65_536, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(1), 99, 100, 10, 3, 99))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(agent.tenantA());
            }
            assertThatThrownBy(agent::tenantB).isInstanceOf(IOException.class);
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void endsAnIdleStream() throws Exception {
        try (AgentFixture agent = new AgentFixture(
                        limits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(300)));
                RawClient client = stream(agent)) {
            assertThat(client.in().read()).isEqualTo(-1);
            await().untilAsserted(() ->
                    assertThat(agent.ended).extracting(call -> call.outcome).containsExactly("idle"));
        }
    }

    @Test
    void doesNotWaitForAHeadForEver() throws Exception {
        try (AgentFixture agent = new AgentFixture(
                        limits(Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofMinutes(1)));
                RawClient client = agent.tenantA()) {
            client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void doesNotWaitForAnUpgradeForEver() throws Exception {
        try (AgentFixture agent =
                new AgentFixture(limits(Duration.ofSeconds(10), Duration.ofMillis(500), Duration.ofMinutes(1)))) {
            agent.kubelet.plays((in, out) -> in.read());
            assertThat(agent.ask(AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1")))
                    .startsWith("HTTP/1.1 504 ");
        }
    }

    @Test
    void cutsTheStreamsOfATenantThatIsGone() throws Exception {
        try (AgentFixture agent = agent();
                RawClient client = stream(agent)) {
            agent.server.revoke(new TenantKey(AgentFixture.KEY_B));
            client.send("x");
            assertThat(client.read(1)).asString().isEqualTo("x");
            agent.server.revoke(new TenantKey(AgentFixture.KEY_A));
            assertThat(client.in().read()).isEqualTo(-1);
            await().untilAsserted(() ->
                    assertThat(agent.ended).extracting(call -> call.outcome).containsExactly("revoked"));
        }
    }

    @Test
    void letsRunningCallsEndWhenItStops() throws Exception {
        try (AgentFixture agent = agent();
                RawClient client = stream(agent)) {
            Thread drain = Thread.ofVirtual().start(() -> {
                try {
                    agent.server.drain(Duration.ofSeconds(20));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            await().untilAsserted(() -> {
                try (RawClient late = agent.tenantB()) {
                    assertThat(late.send(AgentFixture.get("/healthz")).readAll())
                            .startsWith("HTTP/1.1 503 ");
                }
            });
            client.send("still here");
            assertThat(client.read(10)).asString().isEqualTo("still here");
            client.leave();
            drain.join(Duration.ofSeconds(10));
            assertThat(drain.isAlive()).isFalse();
        }
    }

    @Test
    void cutsCallsThatDoNotEndInTime() throws Exception {
        try (AgentFixture agent = agent();
                RawClient client = stream(agent)) {
            agent.server.drain(Duration.ofMillis(200));
            assertThat(client.in().read()).isEqualTo(-1);
        }
    }

    @Test
    void saysWhenTheKubeletIsAway() throws Exception {
        try (AgentFixture agent = agent()) {
            agent.kubelet.close();
            assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS)))
                    .startsWith("HTTP/1.1 502 ")
                    .contains("cannot be reached")
                    .doesNotContain("127.0.0.1");
        }
    }
}
