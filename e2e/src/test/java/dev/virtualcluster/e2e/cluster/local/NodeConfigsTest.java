// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.cluster.Versions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class NodeConfigsTest {
    private static final Path SOCKET = Path.of("/state/machines/node1/containerd.sock");

    @Test
    void theKubeletsConfigurationIsWhatItReads() {
        JsonNode config = new YAMLMapper()
                .readTree(NodeConfigs.kubelet(
                        SOCKET,
                        Path.of("/pki/ca.crt"),
                        Path.of("/pki/n.crt"),
                        Path.of("/pki/n.key"),
                        "/group/node1",
                        Path.of("/config/resolv.conf")));

        assertThat(config.at("/containerRuntimeEndpoint").asString()).isEqualTo("unix://" + SOCKET);
        assertThat(config.at("/cgroupRoot").asString()).isEqualTo("/group/node1");
        assertThat(config.at("/authentication/anonymous/enabled").asBoolean(true))
                .isFalse();
        assertThat(config.at("/authentication/webhook/enabled").asBoolean(false))
                .isTrue();
        assertThat(config.path("evictionHard").path("nodefs.available").asString())
                .isEqualTo("1%");
        assertThat(config.at("/clusterDNS/0").asString()).isEqualTo("10.96.0.10");
    }

    @Test
    void podsOfANodeGetAddressesOfThatNode() {
        JsonNode network = new JsonMapper().readTree(NodeConfigs.podNetwork(2));

        assertThat(network.at("/plugins/0/ipam/ranges/0/0/subnet").asString()).isEqualTo("10.244.2.0/24");
        assertThat(network.at("/plugins/1/type").asString()).isEqualTo("portmap");
    }

    @Test
    void containerdStartsPodsFromTheImportedPauseImage() {
        assertThat(NodeConfigs.containerd(
                        Path.of("/root"), Path.of("/run"), SOCKET, Path.of("/networks"), Versions.load()))
                .contains("sandbox = \"" + Versions.load().image("pause") + "\"")
                .contains("address = \"" + SOCKET + "\"");
    }

    @Test
    void theProxyKnowsItsNode() {
        JsonNode config = new YAMLMapper().readTree(NodeConfigs.proxy(Path.of("/pki/proxy.kubeconfig"), "node3"));

        assertThat(config.path("hostnameOverride").asString()).isEqualTo("node3");
        assertThat(config.path("mode").asString()).isEqualTo("nftables");
    }
}
