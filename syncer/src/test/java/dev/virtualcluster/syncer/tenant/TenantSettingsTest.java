// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.PodSecurityLevel;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.VirtualClusterSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantSettingsTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "7, 7", "100, 100", "0, 1", "-3, 1", "101, 100"})
    void takesTheWeightWithinItsBounds(int asked, int taken) {
        VirtualCluster vc = virtualCluster();
        vc.getSpec().setWeight(asked);

        assertThat(TenantSettings.of(vc).weight()).isEqualTo(taken);
    }

    @Test
    void takesWhatTheSpecSays() {
        VirtualCluster vc = virtualCluster();
        vc.getSpec().setPodSecurity(PodSecurityLevel.RESTRICTED);
        vc.getSpec().setTransparentMetaPrefixes(List.of("shown.example.com/"));
        vc.getSpec().setOpaqueMetaPrefixes(List.of("hidden.example.com/"));

        TenantSettings settings = TenantSettings.of(vc);

        assertThat(settings.podSecurity()).isEqualTo("restricted");
        assertThat(settings.transparentPrefixes()).containsExactly("shown.example.com/");
        assertThat(settings.opaquePrefixes()).containsExactly("hidden.example.com/");
        assertThat(settings.uid()).isEqualTo("one");
    }

    @Test
    void isCautiousWhereTheSpecSaysNothing() {
        TenantSettings settings = TenantSettings.of(virtualCluster());

        assertThat(settings.podSecurity()).isEqualTo("baseline");
        assertThat(settings.weight()).isEqualTo(1);
        assertThat(settings.clusterDomain()).isEqualTo("cluster.local");
        assertThat(settings.serviceCidr()).isEmpty();
    }

    private static VirtualCluster virtualCluster() {
        VirtualCluster vc = new VirtualCluster();
        vc.setMetadata(new ObjectMetaBuilder()
                .withNamespace("default")
                .withName("acme")
                .withUid("one")
                .build());
        vc.setSpec(new VirtualClusterSpec());
        return vc;
    }
}
