// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.metrics.Meters;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Socket> sockets = new ArrayList<>();
    private HealthServer server;

    @BeforeEach
    void start() throws InterruptedException {
        Meters meters = Meters.of("test");
        meters.counter("things").increment();
        server = new HealthServer(vertx, "127.0.0.1", 0, meters).start();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
        http.close();
        vertx.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void isAliveAndReadyWithoutChecks() throws Exception {
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void namesTheCheckThatFails() throws Exception {
        server.readiness("caches", () -> false).readiness("leader", () -> true);

        HttpResponse<String> answer = get("/readyz");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("[-]caches failed\nfailed\n");
        assertThat(get("/livez").statusCode()).as("the groups are apart").isEqualTo(200);
    }

    @Test
    void listsAllChecksOnRequest() throws Exception {
        server.liveness("loop", () -> true).liveness("watch", () -> true);

        assertThat(get("/livez?verbose").body()).isEqualTo("[+]loop ok\n[+]watch ok\nok\n");
    }

    @Test
    void takesACheckThatThrowsForFailed() throws Exception {
        server.liveness("broken", () -> {
            throw new IllegalStateException("a defect");
        });

        assertThat(get("/livez").statusCode()).isEqualTo(503);
        server.remove("broken");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void exportsTheMeters() throws Exception {
        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.body()).contains("vc_test_things_total 1.0");
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    }

    @Test
    void knowsNothingElse() throws Exception {
        assertThat(get("/debug").statusCode()).isEqualTo(404);
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/livez");
        HttpRequest post = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        assertThat(http.send(post, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void speaksOneRequestAtATime() throws Exception {
        assertThat(http.version()).as("it asks for the other").isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(get("/livez").version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @Test
    void scrapesOnceForManyWhoAsk() throws Exception {
        AtomicInteger scrapes = new AtomicInteger();
        server.close();
        server = new HealthServer(vertx, "127.0.0.1", 0, () -> "x " + scrapes.incrementAndGet()).start();

        for (int i = 0; i < 10; i++) {
            assertThat(get("/metrics").statusCode()).isEqualTo(200);
        }

        assertThat(scrapes.get()).isLessThan(10);
    }

    @Test
    void holdsFewScrapesForReadersWhoDoNotRead() throws Exception {
        String large = "x".repeat(16 * 1024 * 1024);
        server.close();
        server = new HealthServer(vertx, "127.0.0.1", 0, () -> large).start();
        for (int i = 0; i < 8; i++) {
            socket().getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
        }

        await().untilAsserted(() -> assertThat(get("/metrics").statusCode()).isEqualTo(503));

        assertThat(get("/livez").statusCode()).as("probes go on").isEqualTo(200);
        for (Socket socket : sockets) {
            socket.close();
        }
        await().untilAsserted(() -> assertThat(get("/metrics").statusCode()).isEqualTo(200));
    }

    @Test
    void closesTheOldestOfManyConnections() throws Exception {
        Socket oldest = socket();
        oldest.getOutputStream().write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
        assertThat(oldest.getInputStream().read()).isEqualTo('H');

        for (int i = 0; i < 200; i++) {
            Socket idle = socket();
            assertThat(idle.isConnected()).isTrue();
        }

        oldest.setSoTimeout(10_000);
        oldest.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThat(get("/livez").statusCode()).as("who comes last").isEqualTo(200);
    }

    private Socket socket() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8192);
        socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
        sockets.add(socket);
        return socket;
    }

    @Test
    void saysWhichAddressIsTaken() {
        assertThatThrownBy(() -> new HealthServer(vertx, "127.0.0.1", server.port()).start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("127.0.0.1:" + server.port());
    }
}
