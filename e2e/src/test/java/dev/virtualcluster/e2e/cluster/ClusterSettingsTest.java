// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSettingsTest {
    private static final Path CHECKOUT = Path.of("/src/virtualcluster");

    @Test
    void anEmptyEnvironmentMeansTheLocalClusterAsItIs() {
        ClusterSettings settings = ClusterSettings.of(Map.of("NODES", "", "PROVIDER", " "), CHECKOUT);

        assertThat(settings.provider()).isEqualTo(Provider.LOCAL);
        assertThat(settings.nodes()).isEmpty();
        assertThat(settings.force()).isFalse();
        assertThat(settings.kubeconfig()).isEqualTo(Path.of("/src/virtualcluster/build/cluster/kubeconfig"));
    }

    @Test
    void theEnvironmentChooses() {
        ClusterSettings settings = ClusterSettings.of(Map.of("NODES", "3", "PROVIDER", "K3s", "FORCE", "1"), CHECKOUT);

        assertThat(settings.provider()).isEqualTo(Provider.K3S);
        assertThat(settings.nodes()).hasValue(3);
        assertThat(settings.force()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "4", "-1", "two"})
    void anImpossibleNumberOfNodesIsRefusedWithTheRange(String nodes) {
        assertThatThrownBy(() -> ClusterSettings.of(Map.of("NODES", nodes), CHECKOUT))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("NODES=" + nodes)
                .hasMessageContaining("1 to 3");
    }

    @Test
    void anUnknownProviderIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> ClusterSettings.of(Map.of("PROVIDER", "kind"), CHECKOUT))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("PROVIDER=local")
                .hasMessageContaining("PROVIDER=k3s")
                .hasMessageContaining("PROVIDER=existing");
    }

    @Test
    void theCheckoutIsFoundFromAnyFolderInside() {
        Path root = ClusterSettings.checkoutOf(Path.of(""));

        assertThat(ClusterSettings.checkoutOf(root.resolve("e2e/src/main"))).isEqualTo(root);
        assertThatThrownBy(() -> ClusterSettings.checkoutOf(Path.of("/")))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("not inside a checkout");
    }
}
