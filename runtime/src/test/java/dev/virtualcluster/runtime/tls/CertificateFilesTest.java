// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    private Path folder;

    private static KeytoolPair first;
    private static KeytoolPair second;

    private final Vertx vertx = Vertx.vertx();

    @BeforeAll
    static void makePairs(@TempDir Path scratch) throws Exception {
        first = KeytoolPair.create(scratch, "first");
        second = KeytoolPair.create(scratch, "second");
    }

    @BeforeEach
    void writeFirst() throws Exception {
        write(first.certificate(), first.key(), first.certificate());
    }

    @AfterEach
    void stop() {
        vertx.close();
    }

    private void write(String certificate, String key, String ca) throws Exception {
        Files.writeString(folder.resolve("tls.crt"), certificate);
        Files.writeString(folder.resolve("tls.key"), key);
        Files.writeString(folder.resolve("ca.crt"), ca);
    }

    private CertificateFiles open(Duration poll) throws Exception {
        return CertificateFiles.open(
                vertx, folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"), poll);
    }

    private static String nameOf(CertificateBundle bundle) throws BrokenCertificateException {
        return bundle.chain().getFirst().getSubjectX500Principal().getName();
    }

    @Test
    void swapsToAWholeNewSet() throws Exception {
        try (CertificateFiles files = open(NEVER)) {
            List<String> swaps = new ArrayList<>();
            files.onSwap(bundle -> swaps.add(bundle.certificate()));
            write(second.certificate(), second.key(), second.certificate());

            assertThat(files.reload()).isTrue();

            assertThat(nameOf(files.current())).isEqualTo("CN=second");
            assertThat(swaps).containsExactly(second.certificate());
            assertThat(files.reload()).as("nothing new").isFalse();
        }
    }

    @Test
    void keepsTheFormerSetWhileTheNewOneIsHalfWritten() throws Exception {
        try (CertificateFiles files = open(NEVER)) {
            write(second.certificate(), first.key(), first.certificate());
            assertThat(files.reload()).isFalse();
            assertThat(nameOf(files.current())).isEqualTo("CN=first");

            write(second.certificate(), second.key(), first.certificate());
            assertThat(files.reload()).isTrue();
            assertThat(nameOf(files.current())).isEqualTo("CN=second");
        }
    }

    @Test
    void keepsTheFormerSetWhenFilesAreBrokenOrGone() throws Exception {
        try (CertificateFiles files = open(NEVER)) {
            write("rubbish", first.key(), first.certificate());
            assertThat(files.reload()).isFalse();
            write(first.certificate(), first.key(), "");
            assertThat(files.reload())
                    .as("an empty CA bundle would trust nobody")
                    .isFalse();
            Files.delete(folder.resolve("tls.key"));
            assertThat(files.reload()).isFalse();

            assertThat(nameOf(files.current())).isEqualTo("CN=first");
        }
    }

    @Test
    void failsAtTheStartOnAPairThatDoesNotFit() throws Exception {
        write(first.certificate(), second.key(), first.certificate());

        assertThatThrownBy(() -> open(NEVER))
                .isInstanceOf(BrokenCertificateException.class)
                .hasMessageContaining("does not belong");
    }

    @Test
    void showsNoKeyInItsText() throws Exception {
        try (CertificateFiles files = open(NEVER)) {
            assertThat(files.current().toString()).doesNotContain("BEGIN");
        }
    }

    @Test
    void changesTheCertificateOfARunningServer() throws Exception {
        try (CertificateFiles files = open(OFTEN)) {
            // Given
            var server = vertx.createHttpServer(new HttpServerOptions()
                            .setSsl(true)
                            .setKeyCertOptions(files.current().keyCertOptions()))
                    .requestHandler(request -> request.response().end());
            server.listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            files.onSwap(bundle ->
                    server.updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(bundle.keyCertOptions())));
            assertThat(presentedBy(server.actualPort())).isEqualTo("CN=first");

            // When
            write(second.certificate(), second.key(), second.certificate());

            // Then
            await().untilAsserted(
                            () -> assertThat(presentedBy(server.actualPort())).isEqualTo("CN=second"));
        }
    }

    private static String presentedBy(int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustingAll()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    /** Only to look at what a server presents. */
    private static final class TrustingAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
