// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigReaderTest {
    private static final String CLUSTER = "server: https://10.0.0.1:443, certificate-authority-data: Q0E=";
    private static final String USER = "token: secret-token";

    private final KubeconfigReader reader = new KubeconfigReader(new KubernetesSerialization());

    private Config read(String cluster, String user) throws KubeconfigException {
        return reader.read(kubeconfig(cluster, user).getBytes(StandardCharsets.UTF_8));
    }

    private static String kubeconfig(String cluster, String user) {
        return """
                apiVersion: v1
                kind: Config
                current-context: it
                clusters: [{name: c, cluster: {%s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: other, context: {cluster: x, user: y}}, {name: it, context: {cluster: c, user: u, namespace: n}}]
                """.formatted(cluster, user);
    }

    @Test
    void readsTheCurrentContext() throws Exception {
        Config config = read(CLUSTER, USER);

        assertThat(config.getMasterUrl()).startsWith("https://10.0.0.1:443");
        assertThat(config.getCaCertData()).isEqualTo("Q0E=");
        assertThat(config.getOauthToken()).isEqualTo("secret-token");
        assertThat(config.getNamespace()).isEqualTo("n");
        assertThat(config.isTrustCerts()).isFalse();
        assertThat(config.isDisableHostnameVerification()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void tellsTheClientTheKindOfKey(String algorithm) throws Exception {
        byte[] encoded = KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        String pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(encoded)
                + "\n-----END PRIVATE KEY-----\n";
        String data = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));

        Config config = read(CLUSTER, "client-certificate-data: Q0VSVA==, client-key-data: " + data);

        assertThat(config.getClientKeyAlgo()).isEqualTo(algorithm);
        assertThat(config.getClientKeyData()).isEqualTo(data);
    }

    @Test
    void takesNothingFromTheProcess() throws Exception {
        System.setProperty("kubernetes.trust.certificates", "true");
        System.setProperty("kubernetes.auth.token", "of-the-process");
        try {
            Config config = read(CLUSTER, "client-certificate-data: Q0VSVA==, client-key-data: S0VZ");

            assertThat(config.isTrustCerts()).isFalse();
            assertThat(config.getOauthToken()).isNull();
            assertThat(config.getAutoOAuthToken()).isNull();
        } finally {
            System.clearProperty("kubernetes.trust.certificates");
            System.clearProperty("kubernetes.auth.token");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server: https://h, insecure-skip-tls-verify: true | insecure-skip-tls-verify",
                "server: https://h, certificate-authority: /etc/ca.crt | certificate-authority file",
                "server: https://h, proxy-url: http://p | proxy-url",
                "server: https://h, tls-server-name: x | tls-server-name",
                "server: http://h | no https address",
                "server: https://user:pw@h | credentials in the server's address",
                "server: 'https://h h' | no valid address",
                "certificate-authority-data: Q0E= | no server"
            })
    void refusesClusters(String cluster, String reason) {
        assertThatThrownBy(() -> read(cluster, USER))
                .isInstanceOf(KubeconfigException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh} | exec plug-in",
                "auth-provider: {name: oidc} | auth-provider",
                "tokenFile: /var/run/token | tokenFile",
                "client-certificate: /c, client-key-data: S0VZ | client-certificate file",
                "client-certificate-data: Q0VSVA==, client-key: /k | client-key file",
                "client-certificate-data: Q0VSVA== | without key",
                "token: t, as: system:admin | impersonation"
            })
    void refusesUsers(String user, String reason) {
        assertThatThrownBy(() -> read(CLUSTER, user))
                .isInstanceOf(KubeconfigException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%%% secret-token", "[1, 2]", "current-context: it", "kind: Config"})
    void refusesWhatIsNoKubeconfigWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> reader.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(KubeconfigException.class)
                .hasMessageNotContaining("secret-token");
    }
}
