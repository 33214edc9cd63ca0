// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.apis.VirtualCluster;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TenantKeyTest {
    private static final String UID = "2f1d1c52-7b0e-4b3e-9d6a-0d8f3c1b5a77";

    @ParameterizedTest
    @CsvSource({"Default, t1", "default, team.shop", "default, -t1", "'', t1", "default, ''", "default, t1/../x"})
    void refusesNamesThatAreNoDnsLabels(String namespace, String name) {
        assertThatThrownBy(() -> TenantKey.of(namespace, name, UID))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DNS label");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "..", "A", "a.b", "-a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void refusesValuesThatAreNoKeys(String value) {
        assertThatThrownBy(() -> new TenantKey(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isComputedFromAVirtualClusterAndNotReadFromItsStatus() {
        var vc = new VirtualCluster();
        vc.setMetadata(new ObjectMetaBuilder()
                .withNamespace("default")
                .withName("t1")
                .withUid(UID)
                .build());

        assertThat(TenantKey.of(vc)).isEqualTo(TenantKey.of("default", "t1", UID));
    }

    @Test
    void refusesAVirtualClusterThatWasNeverStored() {
        var vc = new VirtualCluster();
        vc.setMetadata(
                new ObjectMetaBuilder().withNamespace("default").withName("t1").build());

        assertThatThrownBy(() -> TenantKey.of(vc)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void differsForASecondVirtualClusterOfTheSameName() {
        assertThat(TenantKey.of("default", "t1", UID))
                .isNotEqualTo(TenantKey.of("default", "t1", UID.replace('2', '3')));
    }
}
