// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which requests are sent while nobody signs. */
@Timeout(30)
class SigningRequestApiTest {
    private static final String REQUEST = """
            {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
             "metadata": {"name": "vn-agent-abcde"}, "status": {%s}}
            """;

    private final AtomicInteger made = new AtomicInteger();
    private final Queue<String> looks = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Ten minutes pass between any two looks at the clock. */
    private final AtomicLong nanos = new AtomicLong();

    private HttpServer server;
    private KubernetesClient client;
    private SigningRequestApi api;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .build())
                .build();
        api = new SigningRequestApi(
                client,
                "node-1",
                Duration.ofDays(1),
                () -> nanos.addAndGet(Duration.ofMinutes(10).toNanos()),
                stopped);
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void waitsForTheSameRequestHoweverLongItTakes() throws Exception {
        looks.addAll(List.of("", "", signed("the certificate")));

        assertThat(api.sign(request())).isEqualTo("the certificate");

        assertThat(made).hasValue(1);
    }

    @Test
    void keepsItsRequestWhileItCannotBeRead() throws Exception {
        looks.addAll(List.of("403", signed("the certificate")));

        assertThat(api.sign(request())).isEqualTo("the certificate");

        assertThat(made).hasValue(1);
    }

    @Test
    void givesUpARequestThatIsDeniedOrGone() {
        looks.addAll(
                List.of("\"conditions\": [{\"type\": \"Denied\", \"status\": \"True\", \"message\": \"no\"}]", "404"));

        assertThatThrownBy(() -> api.sign(request())).hasMessageContaining("Denied: no");
        assertThatThrownBy(() -> api.sign(request())).hasMessageContaining("was deleted");
    }

    @Test
    void looksEverMoreRarely() {
        assertThat(Stream.iterate(Duration.ofMillis(500), SigningRequestApi::rarer)
                        .limit(7))
                .containsExactly(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10));
    }

    private static SigningRequest request() {
        return SigningRequest.create("node-1", new NodeAddresses(List.of("10.0.0.1"), List.of()));
    }

    private static String signed(String certificate) {
        return "\"certificate\": \""
                + Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.US_ASCII)) + "\"";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("POST")) {
                made.incrementAndGet();
                send(exchange, 201, REQUEST.formatted(""));
                return;
            }
            String look = looks.remove();
            if (look.matches("\\d+")) {
                send(exchange, Integer.parseInt(look), "{}");
            } else {
                send(exchange, 200, REQUEST.formatted(look));
            }
        }
    }

    private static void send(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }
}
