// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.agent.testing.TestCa;
import dev.virtualcluster.runtime.tls.CertificateBundle;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ServingCertificateTest {
    private final TestCa ca = new TestCa("agent-serving");
    private final List<CertificateBundle> used = new CopyOnWriteArrayList<>();
    private final List<PKCS10CertificationRequest> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Duration life = Duration.ofHours(1);
    private volatile boolean isDenying;
    private volatile @Nullable Throwable defect;
    private volatile boolean isSigningAnotherKey;

    private final CertificateAuthority authority = new CertificateAuthority() {
        @Override
        public NodeAddresses addresses() {
            return new NodeAddresses(List.of("10.0.0.1", "fd00::1"), List.of("node-1"));
        }

        @Override
        public String sign(SigningRequest request) throws IssuanceException {
            Throwable thrown = defect;
            defect = null;
            switch (thrown) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {}
            }
            if (isDenying) {
                isDenying = false;
                throw new IssuanceException("denied", null);
            }
            PKCS10CertificationRequest parsed = parse(request.pem());
            requests.add(parsed);
            TestCa.Order order = TestCa.Order.server("CN=system:vn-agent:node-1", "10.0.0.1")
                    .valid(
                            Instant.now().minus(Duration.ofSeconds(1)),
                            Instant.now().plus(life));
            X509Certificate certificate = isSigningAnotherKey
                    ? ca.issue(order).certificate()
                    : ca.certify(parsed.getSubjectPublicKeyInfo(), order);
            isSigningAnotherKey = false;
            return new TestCa.Identity(request.keys(), certificate).certificatePem();
        }
    };

    private ServingCertificate start() {
        ServingCertificate certificate =
                new ServingCertificate("node-1", authority, InstantSource.system(), used::add, stopped);
        Thread.ofVirtual().start(certificate::run);
        return certificate;
    }

    @AfterEach
    void stop() {
        stopped.countDown();
    }

    @Test
    void asksForTheNodesNamesAndUsesWhatIsSigned() throws Exception {
        ServingCertificate certificate = start();
        await().untilAsserted(() -> assertThat(certificate.isValid()).isTrue());
        assertThat(requests.getFirst().getSubject()).hasToString("O=system:vn-agents,CN=system:vn-agent:node-1");
        assertThat(requests.getFirst().getRequestedExtensions().getEncoded()).isNotEmpty();
        assertThat(used).hasSize(1);
        assertThat(used.getFirst().keyCertOptions()).isNotNull();
        assertThat(certificate.remaining()).isBetween(Duration.ofMinutes(55), Duration.ofMinutes(60));
    }

    @Test
    void renewsInTimeWithAnotherKey() {
        life = Duration.ofSeconds(2);
        start();
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(used).hasSizeGreaterThan(1));
        assertThat(used.get(0).key()).isNotEqualTo(used.get(1).key());
    }

    @Test
    void asksAgainAfterARefusal() {
        isDenying = true;
        ServingCertificate certificate = start();
        assertThat(certificate.isValid()).isFalse();
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(certificate.isValid()).isTrue());
    }

    @Test
    void asksAgainAfterADefect() {
        defect = new IllegalStateException("a defect");
        ServingCertificate certificate = start();
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(certificate.isValid()).isTrue());
        assertThat(certificate.isAlive()).isTrue();
    }

    @Test
    void isNoLongerAliveWhenTheVirtualMachineFails() {
        defect = new OutOfMemoryError("pretended");
        ServingCertificate certificate = start();
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(certificate.isAlive()).isFalse());
    }

    @Test
    void usesNoCertificateOfAnotherKey() {
        isSigningAnotherKey = true;
        start();
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(requests).hasSize(2));
        await().untilAsserted(() -> assertThat(used).hasSize(1));
    }

    private static PKCS10CertificationRequest parse(String pem) {
        try {
            String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
            return new PKCS10CertificationRequest(Base64.getDecoder().decode(body));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
