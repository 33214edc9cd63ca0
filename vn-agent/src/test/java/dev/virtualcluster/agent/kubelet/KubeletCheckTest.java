// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.agent.testing.FakeKubelet;
import dev.virtualcluster.agent.testing.TestCa;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KubeletCheckTest {
    private static final Duration RETRY = Duration.ofMillis(50);

    private final TestCa trusted = new TestCa("cluster");
    private final TestCa other = new TestCa("self-signed");
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void passesWhereTheCertificateIsOfTheAuthority() throws Exception {
        try (FakeKubelet kubelet = kubelet(trusted, "127.0.0.1");
                KubeletConnector connector = connector(kubelet.port());
                KubeletCheck check = check(connector)) {
            await().untilAsserted(() -> assertThat(check.hasPassed()).isTrue());
            assertThat(kubelet.heads()).as("requests").isEmpty();
        }
    }

    @Test
    void saysThatTheCertificateIsOfAnotherAuthorityAndPassesOnceThatIsTrusted() throws Exception {
        try (FakeKubelet kubelet = kubelet(other, "127.0.0.1");
                KubeletConnector connector = connector(kubelet.port());
                KubeletCheck check = check(connector)) {
            await().untilAsserted(() -> assertThat(check.finding())
                    .contains("--kubelet-ca-file", "agent.kubeletCAConfigMap", "serverTLSBootstrap"));
            assertThat(check.hasPassed()).isFalse();

            connector.trust(pem(other));
            await().untilAsserted(() -> assertThat(check.hasPassed()).isTrue());
        }
    }

    @Test
    void saysThatTheCertificateIsForAnotherAddress() throws Exception {
        try (FakeKubelet kubelet = kubelet(trusted, "127.0.0.2");
                KubeletConnector connector = connector(kubelet.port());
                KubeletCheck check = check(connector)) {
            await().untilAsserted(() -> assertThat(check.finding()).contains("not for the node's address"));
            assertThat(check.hasPassed()).isFalse();
        }
    }

    @Test
    void saysThatTheKubeletHasNoCertificateYet() throws Exception {
        SSLContext withoutCertificate = SSLContext.getInstance("TLS");
        withoutCertificate.init(null, null, new SecureRandom());
        try (FakeKubelet kubelet = new FakeKubelet(withoutCertificate);
                KubeletConnector connector = connector(kubelet.port());
                KubeletCheck check = check(connector)) {
            await().untilAsserted(() -> assertThat(check.finding()).contains("kubectl get csr"));
            assertThat(check.hasPassed()).isFalse();
        }
    }

    @Test
    void saysThatTheKubeletCannotBeReached() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (KubeletConnector connector = connector(port);
                KubeletCheck check = check(connector)) {
            await().untilAsserted(() -> assertThat(check.finding()).contains("cannot be reached"));
            assertThat(check.hasPassed()).isFalse();
        }
    }

    private KubeletCheck check(KubeletConnector connector) {
        KubeletCheck check = new KubeletCheck(connector, vertx, RETRY);
        check.run();
        return check;
    }

    private KubeletConnector connector(int port) {
        return new KubeletConnector(vertx, new KubeletAddress("127.0.0.1", port), pem(trusted));
    }

    private static FakeKubelet kubelet(TestCa issuer, String address) throws IOException {
        return new FakeKubelet(
                issuer.issue(TestCa.Order.server("CN=node", address)).tls(issuer));
    }

    private static byte[] pem(TestCa ca) {
        return ca.pem().getBytes(StandardCharsets.US_ASCII);
    }
}
