// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent, and what is made of the answers. */
class SuperWritesTest {
    private static final String CONFLICT =
            "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"Conflict\",\"code\":409,\"message\":\"theirs\"}";
    private static final String EXISTS =
            "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"AlreadyExists\",\"code\":409}";
    private static final String FOUND =
            "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"namespace\":\"root\","
                    + "\"name\":\"s\",\"uid\":\"one\"}}";

    private record Sent(String method, String path, String query, String contentType, String body) {}

    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final ClientPlatform platform = ClientPlatform.start();
    private HttpServer server;
    private SuperWrites writes;
    private volatile int code = 200;
    private volatile String answer = FOUND;
    private volatile int codeOfReads = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        writes = new SuperWrites(platform.connect("super", config).client(), WriteGate.open());
    }

    @AfterEach
    void stop() {
        platform.close();
        server.stop(0);
    }

    @Test
    void deletesNothingButTheVeryObjectThatWasSeen() {
        writes.delete(secret("one"));
        writes.delete(secret("one"), 30);
        writes.deleteAlone(secret("one"));

        assertThat(sent).hasSize(3).allSatisfy(each -> {
            assertThat(each.method()).isEqualTo("DELETE");
            assertThat(each.path()).isEqualTo("/api/v1/namespaces/root/secrets/s");
            assertThat(each.body()).contains("\"preconditions\":{\"uid\":\"one\"}");
        });
        assertThat(sent.get(1).body()).contains("\"gracePeriodSeconds\":30");
        assertThat(sent.get(2).body()).contains("\"propagationPolicy\":\"Orphan\"");
    }

    @Test
    void goneOrReplacedIsDeleted() {
        answer(404, "{}");
        writes.delete(secret("one"));
        answer(409, CONFLICT);
        writes.delete(secret("former"));
        codeOfReads = 404;
        writes.delete(secret("one"));

        assertThat(sent).filteredOn(each -> each.method().equals("DELETE")).hasSize(3);
    }

    /** The code says that the UID is another's, and an admission webhook may say it as well. */
    @Test
    void conflictOverAnObjectThatStaysIsARefusal() {
        answer(409, CONFLICT);

        assertThatThrownBy(() -> writes.delete(secret("one")))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("theirs");
    }

    @Test
    void existsOnlyWhatTheApiServerCallsSo() {
        answer(409, EXISTS);
        assertThat(writes.create(secret("one"))).isEmpty();

        answer(409, CONFLICT);
        assertThatThrownBy(() -> writes.create(secret("one")))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("theirs");
    }

    @Test
    void appliesUnderOneFieldManagerAndTakesFieldsBack() {
        Secret ignored = writes.apply(secret("one"));
        writes.rehearse(secret("one"));

        assertThat(sent).hasSize(2).allSatisfy(each -> {
            assertThat(each.method()).isEqualTo("PATCH");
            assertThat(each.contentType()).startsWith("application/apply-patch+yaml");
            assertThat(each.query()).contains("fieldManager=virtualcluster-operator", "force=true");
        });
        assertThat(sent.get(0).query()).doesNotContain("dryRun");
        assertThat(sent.get(1).query()).contains("dryRun=All");
    }

    @Test
    void mergesNothingButWhatItIsGiven() {
        Secret whole = writes.merge(secret("one"), Map.of("metadata", Map.of("resourceVersion", "7")));
        Secret part = writes.mergeSubresource(secret("one"), "status", Map.of("status", Map.of("a", "b")));

        assertThat(List.of(whole, part))
                .extracting(each -> each.getMetadata().getUid())
                .containsOnly("one");
        assertThat(sent)
                .extracting(Sent::path)
                .containsExactly("/api/v1/namespaces/root/secrets/s", "/api/v1/namespaces/root/secrets/s/status");
        assertThat(sent)
                .extracting(Sent::body)
                .containsExactly("{\"metadata\":{\"resourceVersion\":\"7\"}}", "{\"status\":{\"a\":\"b\"}}");
        assertThat(sent)
                .extracting(Sent::contentType)
                .allMatch(type -> type.startsWith("application/merge-patch+json"));
    }

    private void answer(int statusCode, String body) {
        code = statusCode;
        answer = body;
    }

    private void handle(HttpExchange exchange) throws IOException {
        boolean isRead = exchange.getRequestMethod().equals("GET");
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        sent.add(new Sent(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                String.valueOf(exchange.getRequestURI().getQuery()),
                String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                body));
        byte[] text = (isRead ? FOUND : answer).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(isRead ? codeOfReads : code, text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    private static Secret secret(String uid) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("root")
                .withName("s")
                .withUid(uid)
                .endMetadata()
                .build();
    }
}
