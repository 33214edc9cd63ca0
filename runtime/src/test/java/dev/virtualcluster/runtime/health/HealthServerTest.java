// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.runtime.metrics.Meters;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private HealthServer server;

    @BeforeEach
    void start() throws InterruptedException {
        Meters meters = Meters.of("test");
        meters.counter("things").increment();
        server = new HealthServer(vertx, "127.0.0.1", 0, meters).start();
    }

    @AfterEach
    void stop() {
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
    void saysWhichAddressIsTaken() {
        assertThatThrownBy(() -> new HealthServer(vertx, "127.0.0.1", server.port()).start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("127.0.0.1:" + server.port());
    }
}
