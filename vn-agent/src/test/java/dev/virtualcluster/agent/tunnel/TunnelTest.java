// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.agent.testing.FakeKubelet;
import dev.virtualcluster.agent.testing.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes through the whole agent, from a raw socket to a kubelet that plays a script. */
@Timeout(60)
class TunnelTest {
    private static final String SWITCH = crlf("""
            HTTP/1.1 101 Switching Protocols
            Connection: Upgrade
            Upgrade: %s
            X-Stream-Protocol-Version: v4.channel.k8s.io
            X-Secret: not for tenants

            """);
    private static final int MEBIBYTE = 1 << 20;

    private AgentFixture agent;

    @BeforeEach
    void start() throws Exception {
        agent = new AgentFixture();
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
    }

    @ParameterizedTest
    @CsvSource({"POST,SPDY/3.1", "GET,SPDY/3.1", "GET,websocket"})
    void carriesAnUpgradeBothWays(String method, String protocol) throws Exception {
        agent.kubelet.plays((in, out) -> {
            FakeKubelet.write(out, SWITCH.formatted(protocol));
            in.transferTo(out);
        });
        try (RawClient client = agent.tenantA()) {
            client.send(AgentFixture.upgrade(method, AgentFixture.EXEC, protocol));
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("Upgrade: " + protocol, "X-Stream-Protocol-Version: v4.channel.k8s.io")
                    .doesNotContain("X-Secret");
            client.send("ping");
            assertThat(client.read(4)).asString().isEqualTo("ping");
        }
        assertThat(agent.kubelet.heads().getFirst())
                .startsWith(method + " /exec/default-aaaaaa-demo-shop/web-0/" + AgentFixture.SUPER_POD_UID
                        + "/app?command=ls&input=1&output=1&tty=0 HTTP/1.1\r\n")
                .contains("Authorization: Bearer agent-token\r\n", "Upgrade: " + protocol + "\r\n");
    }

    @Test
    void deliversBytesThatCameWithTheHeads() throws Exception {
        CompletableFuture<String> early = new CompletableFuture<>();
        agent.kubelet.plays((in, out) -> {
            FakeKubelet.write(out, SWITCH.formatted("SPDY/3.1") + "first");
            early.complete(new String(in.readNBytes(5), StandardCharsets.ISO_8859_1));
        });
        try (RawClient client = agent.tenantA()) {
            client.send(AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1") + "early");
            client.readHead();
            assertThat(client.read(5)).asString().isEqualTo("first");
        }
        assertThat(early.get(10, TimeUnit.SECONDS)).isEqualTo("early");
    }

    @Test
    void keepsEarlyBytesFromAKubeletThatRefuses() throws Exception {
        CompletableFuture<Integer> afterHead = new CompletableFuture<>();
        agent.kubelet.plays((in, out) -> {
            FakeKubelet.write(out, "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno");
            afterHead.complete(in.readAllBytes().length);
        });
        String answer = agent.ask(
                AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1") + "GET /pods HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ").endsWith("no\n");
        assertThat(afterHead.get(10, TimeUnit.SECONDS))
                .as("bytes that reached the kubelet behind the refused upgrade")
                .isZero();
    }

    @Test
    void keepsOrderAndLengthOf64MebibytesEachWay() throws Exception {
        int mebibytes = 64;
        agent.kubelet.plays((in, out) -> {
            FakeKubelet.write(out, SWITCH.formatted("SPDY/3.1"));
            in.transferTo(out);
        });
        try (RawClient client = agent.tenantA()) {
            client.send(AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1"));
            client.readHead();
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < mebibytes; i++) {
                        client.send(block(i));
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < mebibytes; i++) {
                assertThat(Arrays.equals(client.read(MEBIBYTE), block(i)))
                        .as("block %d", i)
                        .isTrue();
            }
            sent.get(10, TimeUnit.SECONDS);
        }
        await().untilAsserted(() -> assertThat(agent.ended).hasSize(1));
        assertThat(agent.ended.getFirst().traffic.fromClient()).isEqualTo((long) mebibytes * MEBIBYTE);
        assertThat(agent.ended.getFirst().traffic.toClient()).isEqualTo((long) mebibytes * MEBIBYTE);
    }

    @Test
    void stopsReadingFromTheKubeletWhileTheClientDoesNotRead() throws Exception {
        AtomicLong written = new AtomicLong();
        agent.kubelet.plays((in, out) -> {
            FakeKubelet.write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
            for (int i = 0; i < 256; i++) {
                out.write(block(i));
                written.addAndGet(MEBIBYTE);
            }
        });
        try (RawClient client = agent.tenantA()) {
            client.send(AgentFixture.get(AgentFixture.LOGS));
            client.readHead();
            // The network's own buffers take a few MiB; the agent may hold 64 KiB of it.
            await().during(2, TimeUnit.SECONDS)
                    .atMost(10, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(written.get()).isLessThan(32L * MEBIBYTE));
            for (int i = 0; i < 256; i++) {
                assertThat(Arrays.equals(client.read(MEBIBYTE), block(i))).isTrue();
            }
            assertThat(client.in().read()).isEqualTo(-1);
        }
    }

    @Test
    void deliversEverythingAKubeletSentBeforeItClosed() throws Exception {
        agent.kubelet.plays((in, out) -> {
            FakeKubelet.write(out, SWITCH.formatted("SPDY/3.1"));
            for (int i = 0; i < 8; i++) {
                out.write(block(i));
            }
        });
        try (RawClient client = agent.tenantA()) {
            client.send(AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1"));
            client.readHead();
            await().pollDelay(500, TimeUnit.MILLISECONDS).until(() -> true);
            assertThat(client.in().readAllBytes()).hasSize(8 * MEBIBYTE);
        }
        await().untilAsserted(() ->
                assertThat(agent.ended).extracting(call -> call.outcome).containsExactly("kubelet_closed"));
    }

    @Test
    void deliversEverythingAClientSentBeforeItClosedToASlowKubelet() throws Exception {
        CompletableFuture<Integer> got = new CompletableFuture<>();
        agent.kubelet.plays((in, out) -> {
            FakeKubelet.write(out, SWITCH.formatted("SPDY/3.1"));
            byte[] sip = new byte[512];
            int total = 0;
            for (int read = in.read(sip); read >= 0; read = in.read(sip)) {
                total += read;
            }
            got.complete(total);
        });
        try (RawClient client = agent.tenantA()) {
            client.send(AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1"));
            client.readHead();
            for (int i = 0; i < 8; i++) {
                client.send(block(i));
            }
        }
        assertThat(got.get(30, TimeUnit.SECONDS)).isEqualTo(8 * MEBIBYTE);
    }

    @Test
    void endsTheKubeletsSideWhenTheClientFinishesSending() throws Exception {
        CompletableFuture<String> got = new CompletableFuture<>();
        agent.kubelet.plays((in, out) -> {
            FakeKubelet.write(out, SWITCH.formatted("SPDY/3.1"));
            got.complete(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        });
        try (RawClient client = agent.tenantA()) {
            client.send(AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1"));
            client.readHead();
            client.send("last words");
            client.finishSending();
            assertThat(got.get(20, TimeUnit.SECONDS)).isEqualTo("last words");
            assertThat(client.in().read()).isEqualTo(-1);
        }
    }

    @Test
    void relaysAChunkedAnswerUnchanged() throws Exception {
        String body = "5\r\nhello\r\n0\r\n\r\n";
        agent.kubelet.plays((in, out) -> FakeKubelet.write(
                out,
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nServer: kubelet\r\n\r\n"
                        + body));
        assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS + "?follow=true&tailLines=5")))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n"
                        + "Connection: close\r\n\r\n" + body);
        assertThat(agent.kubelet.heads().getFirst())
                .startsWith(
                        "GET /containerLogs/default-aaaaaa-demo-shop/web-0/app?follow=true&tailLines=5 HTTP/1.1\r\n");
    }

    @Test
    void closesTheKubeletsSideWhenAClientLeavesWhileWaitingForAFirstLine() throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        agent.kubelet.plays((in, out) -> end.complete(in.read()));
        try (RawClient client = agent.tenantA()) {
            client.send(AgentFixture.get(AgentFixture.LOGS + "?follow=true"));
            await().untilAsserted(() -> assertThat(agent.kubelet.heads()).hasSize(1));
        }
        assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo(-1);
    }

    private static String crlf(String text) {
        return text.replace("\n", "\r\n");
    }

    private static byte[] block(int seed) {
        byte[] block = new byte[MEBIBYTE];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (i * 31 + i / 4096 + seed);
        }
        return block;
    }
}
