// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ClusterPkiTest {
    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

    @TempDir
    private Path folder;

    private ClusterPki pki = new ClusterPki(StateFolder.STANDARD, () -> NOW);

    @BeforeEach
    void makeSecrets() {
        pki = new ClusterPki(new StateFolder(folder), () -> NOW);
        pki.ensure();
    }

    @Test
    void theApiServerIsValidForEveryNameItIsDialledBy() throws Exception {
        X509Certificate server = certificate("apiserver.crt");

        server.verify(certificate("ca.crt").getPublicKey());
        assertThat(alternatives(server))
                .contains(
                        "172.30.0.1",
                        "127.0.0.1",
                        "10.96.0.1",
                        "localhost",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc.cluster.local");
    }

    @Test
    void kubeletsServeOnTheirOwnAddressOnly() throws Exception {
        X509Certificate kubelet = certificate("node2-serving.crt");

        assertThat(alternatives(kubelet)).containsExactlyInAnyOrder("172.30.0.12", "node2");
        assertThat(kubelet.getSubjectX500Principal().getName()).contains("CN=system:node:node2", "O=system:nodes");
    }

    @Test
    void theFrontProxyHasAnAuthorityOfItsOwn() throws Exception {
        certificate("front-proxy.crt").verify(certificate("front-proxy-ca.crt").getPublicKey());

        assertThat(certificate("front-proxy-ca.crt").getPublicKey())
                .isNotEqualTo(certificate("ca.crt").getPublicKey());
    }

    @Test
    void certificatesBeginBeforeNowForClocksThatDiffer() throws Exception {
        X509Certificate admin = certificate("admin.crt");

        assertThat(admin.getNotBefore()).isEqualTo(Date.from(NOW.minusSeconds(300)));
        admin.checkValidity(Date.from(NOW.plusSeconds(300L * 24 * 3600)));
        assertThat(admin.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(admin.getSerialNumber().bitLength()).isGreaterThan(128);
    }

    @Test
    void onlyRootReadsSecrets() throws IOException {
        try (var files = Files.list(folder.resolve("pki"))) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                            .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
    }

    @Test
    void kubeconfigsHoldEverythingTheyNeed() throws IOException {
        JsonNode config = new YAMLMapper().readTree(Files.readString(pki.file("admin.kubeconfig")));

        assertThat(config.at("/clusters/0/cluster/server").asString()).isEqualTo("https://172.30.0.1:6443");
        assertThat(config.at("/users/0/user/client-key-data").asString()).isNotEmpty();
        assertThat(config.at("/contexts/0/context/user").asString())
                .isEqualTo(config.at("/users/0/name").asString());
    }

    @Test
    void secretsAreMadeOnce() throws IOException {
        String before = Files.readString(pki.file("ca.crt"));

        pki.ensure();

        assertThat(Files.readString(pki.file("ca.crt"))).isEqualTo(before);
    }

    private X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(pki.file(name))));
    }

    private static List<String> alternatives(X509Certificate certificate) throws GeneralSecurityException {
        return certificate.getSubjectAlternativeNames().stream()
                .map(pair -> pair.get(1).toString())
                .toList();
    }
}
