// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworksTest {
    @ParameterizedTest
    @CsvSource({
        "10.244.0.0/16, 10.244.3.0/24, true",
        "10.244.3.0/24, 10.244.0.0/16, true",
        "10.244.0.0/16, 10.244.255.255, true",
        "10.244.0.0/16, 10.245.0.0, false",
        "10.96.0.0/16, 10.96.0.0/12, true",
        "172.30.0.0/24, 172.30.1.0/24, false",
        "172.30.0.0/24, 0.0.0.0/0, true",
        "192.168.1.1, 192.168.1.1, true",
        "192.168.1.1, 192.168.1.2, false",
        "255.255.255.255, 128.0.0.0/1, true"
    })
    void networksOverlapWhenOneHoldsTheOther(String one, String other, boolean overlap) {
        assertThat(Networks.overlap(one, other)).isEqualTo(overlap);
        assertThat(Networks.overlap(other, one)).isEqualTo(overlap);
    }
}
