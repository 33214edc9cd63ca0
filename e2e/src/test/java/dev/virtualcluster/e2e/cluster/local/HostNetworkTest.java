// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNetworkTest {
    @Test
    void findsNoPacketTableWhereNothingIsInstalledThatMakesOne(@TempDir Path empty) {
        assertThat(HostNetwork.hasPacketTable(empty.resolve("nft"))).isFalse();
    }
}
