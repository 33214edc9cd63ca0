// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TlsMaterialIT {
    @RegisterExtension
    static final ApiServers SERVERS = ApiServers.of(2);

    private static ClientPlatform platform;

    @BeforeAll
    static void startPlatform() {
        platform = ClientPlatform.start();
    }

    @AfterAll
    static void stopPlatform() {
        platform.close();
    }

    @Test
    void trustsTheCaOfTheConfig() {
        try (ClusterConnection connection =
                platform.connect("own", SERVERS.get(0).config())) {
            assertThat(connection.client().namespaces().withName("default").get())
                    .isNotNull();
        }
    }

    @Test
    void refusesAServerThatAnotherCaVouchesFor() {
        Config mixed = new ConfigBuilder(SERVERS.get(0).config())
                .withCaCertData(SERVERS.get(1).config().getCaCertData())
                .build();
        try (ClusterConnection connection = platform.connect("mixed", mixed)) {
            assertThatThrownBy(() ->
                            connection.client().namespaces().withName("default").get())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasRootCauseInstanceOf(Exception.class)
                    .satisfies(failure ->
                            assertThat(failure).hasStackTraceContaining(SSLException.class.getPackageName()));
        }
    }

    @Test
    void failsAtOnceOnACaThatIsNoCertificate() {
        Config broken = new ConfigBuilder(SERVERS.get(0).config())
                .withCaCertData("bm8gY2VydGlmaWNhdGU=")
                .build();

        assertThatThrownBy(() -> platform.connect("broken", broken)).isInstanceOf(IllegalArgumentException.class);
    }
}
