// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.requests.UnreachableException;
import dev.virtualcluster.syncer.testing.LoopbackServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An API server that always tells its version, and whose reads answer as each test says. */
class EtcdProbeTest {
    private final AtomicInteger heard = new AtomicInteger();
    private volatile int code;
    private LoopbackServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws Exception {
        server = new LoopbackServer();
        server.server().createContext("/", exchange -> {
            boolean isVersion = exchange.getRequestURI().getPath().equals("/version");
            byte[] answer = "{\"kind\":\"Status\",\"apiVersion\":\"v1\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isVersion ? 200 : code, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        client = server.client("tenant");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aServerThatFailsToReadGivesNoSignOfLife() throws Exception {
        code = 500;

        assertThat(probe()).isFalse();
        assertThat(heard).as("a server's failure is not heard").hasValue(0);
    }

    @Test
    void whatItReadsAndWhatItRefusesAreAnswers() throws Exception {
        for (int answer : new int[] {200, 403, 404}) {
            code = answer;
            assertThat(probe()).as("code " + answer).isTrue();
        }
        assertThat(heard).hasValue(3);
    }

    @Test
    void noAnswerIsToldAsSuch() {
        server.server().stop(0);

        assertThatThrownBy(this::probe).isInstanceOf(UnreachableException.class);
    }

    private boolean probe() throws Exception {
        return Requests.listening(client, heard::incrementAndGet, () -> EtcdProbe.answers(client));
    }
}
