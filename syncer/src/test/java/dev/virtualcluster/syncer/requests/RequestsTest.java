// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.testing.HostileServer;
import dev.virtualcluster.syncer.testing.LoopbackServer;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final ObjectKey KEY = new ObjectKey("shop", "web");

    private final AtomicInteger heard = new AtomicInteger();
    private LoopbackServer loopback;
    private HttpServer server;
    private KubernetesClient tenant;
    private KubernetesClient other;

    @BeforeEach
    void start() throws IOException {
        loopback = new LoopbackServer();
        server = loopback.server();
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.createContext("/api/v1/namespaces/shop/pods/kept", exchange -> {
            boolean isRead = exchange.getRequestMethod().equals("GET");
            byte[] answer = (isRead ? "{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"one\"}}" : "{}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isRead ? 200 : 409, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        tenant = loopback.client("tenant");
        other = loopback.client("other");
    }

    @AfterEach
    void stop() {
        loopback.close();
    }

    @Test
    void tellsOfAnswersOfTheOneServerOnly() throws Exception {
        Requests.listening(tenant, heard::incrementAndGet, () -> {
            Requests.read(other, Pod.class, KEY);
            assertThat(heard).hasValue(0);
            return Requests.read(tenant, Pod.class, KEY);
        });

        assertThat(heard).as("a refusal is an answer").hasValue(1);
        Requests.read(tenant, Pod.class, KEY);
        assertThat(heard).as("nobody listens any more").hasValue(1);
    }

    @Test
    void tellsOfAnswersInAnotherThreadThatWorksForThisOne() throws Exception {
        Requests.listening(tenant, heard::incrementAndGet, () -> {
            Runnable work = () -> Requests.read(tenant, Pod.class, KEY);
            Thread.ofVirtual().start(Requests.inherited(work)).join();
            return null;
        });

        assertThat(heard).hasValue(1);
    }

    @Test
    void anAnswerWithoutEndIsNone() throws Exception {
        try (HostileServer hostile = HostileServer.start(path -> HostileServer.Answer.endless("{"))) {
            KubernetesClient client = loopback.client("hostile", hostile.url());

            assertThatThrownBy(() -> Requests.listening(
                            client, heard::incrementAndGet, () -> Requests.read(client, Pod.class, KEY)))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("GET /api/v1/namespaces/shop/pods/web failed")
                    .hasMessageContaining("is larger than 16 MiB");
        }

        assertThat(heard).hasValue(0);
    }

    /** The tenant writes it, and it goes to logs. */
    @Test
    void tellsTheBeginningOfALongRefusal() {
        server.removeContext("/");
        server.createContext("/", exchange -> {
            byte[] refusal = "no! ".repeat(100_000).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(403, refusal.length);
            exchange.getResponseBody().write(refusal);
            exchange.close();
        });

        assertThatThrownBy(() -> Requests.read(tenant, Pod.class, KEY))
                .hasMessageContaining("403 no! no!")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_200));
    }

    /** The code says that the UID is another's, and an admission webhook may say it as well. */
    @Test
    void conflictIsTheEndOfAnObjectOnlyWhenItIsNotThere() {
        Requests.delete(tenant, pod("kept", "another"), new DeleteOptions());
        Requests.delete(tenant, pod("gone", "one"), new DeleteOptions());

        assertThatThrownBy(() -> Requests.delete(tenant, pod("kept", "one"), new DeleteOptions()))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
    }

    private static Pod pod(String name, String uid) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid(uid)
                .endMetadata()
                .build();
    }

    @Test
    void silenceIsNoAnswer() {
        server.stop(0);

        assertThatThrownBy(() ->
                        Requests.listening(tenant, heard::incrementAndGet, () -> Requests.read(tenant, Pod.class, KEY)))
                .isInstanceOf(UnreachableException.class);

        assertThat(heard).hasValue(0);
    }
}
