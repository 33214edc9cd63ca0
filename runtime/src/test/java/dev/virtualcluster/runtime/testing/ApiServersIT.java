// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.KubeconfigException;
import dev.virtualcluster.runtime.cluster.KubeconfigReader;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ApiServersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void endsNamespacesAndLeavesNothingBehind() throws Exception {
        // Given
        Path folder;
        try (ClientPlatform platform = ClientPlatform.start();
                ApiServer server = ApiServer.start(ApiServerOptions.defaults().withControllerManager());
                ClusterConnection connection = platform.connect("test", configOf(server))) {
            folder = server.folder();
            KubernetesClient client = connection.client();
            client.resource(namespace("short-lived")).create();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.serviceAccounts()
                                    .inNamespace("short-lived")
                                    .withName("default")
                                    .get())
                            .isNotNull());

            // When
            client.namespaces().withName("short-lived").delete();

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    client.namespaces().withName("short-lived").get())
                            .isNull());
        }
        assertThat(folder).doesNotExist();
    }

    private static Config configOf(ApiServer server) throws KubeconfigException {
        return new KubeconfigReader().read(server.kubeconfig().getBytes(StandardCharsets.UTF_8));
    }

    private static Namespace namespace(String name) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build();
    }
}
