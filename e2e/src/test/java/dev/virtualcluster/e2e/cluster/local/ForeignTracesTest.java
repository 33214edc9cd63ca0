// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ForeignTracesTest {
    @Nested
    class Routes {
        @Test
        void ordinaryRoutesAndOurOwnAreNoObstacle() {
            assertThat(ForeignTraces.overlappingRoute(List.of(
                            "default via 192.0.2.1 dev eth0",
                            "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.2",
                            "10.244.1.0/24 via 172.30.0.11 dev vcnode0",
                            "local 172.30.0.1 dev vcnode0 table local proto kernel scope host src 172.30.0.1",
                            "broadcast 127.255.255.255 dev lo table local proto kernel scope link src 127.0.0.1")))
                    .isEmpty();
        }

        @Test
        void aClusterOnOurPodNetworkIsNamed() {
            assertThat(ForeignTraces.overlappingRoute(List.of("10.244.0.0/24 dev cni0 proto kernel scope link")))
                    .hasValueSatisfying(sentence ->
                            assertThat(sentence).contains("dev cni0", "10.244.0.0/16", "PROVIDER=existing"));
        }

        @Test
        void aTypedRouteIsUnderstood() {
            assertThat(ForeignTraces.overlappingRoute(List.of("blackhole 10.96.0.0/12 proto bird")))
                    .isPresent();
        }
    }

    @Nested
    class Ports {
        @Test
        void anApiServerOnAllAddressesIsInTheWay() {
            assertThat(ForeignTraces.occupiedPort(List.of(new Listeners.Listener("::", 6443, 1))))
                    .hasValueSatisfying(sentence -> assertThat(sentence).contains("Port 6443", "end that process"));
        }

        @Test
        void theSamePortOnAnotherAddressIsNot() {
            assertThat(ForeignTraces.occupiedPort(List.of(
                            new Listeners.Listener("127.0.0.1", 6443, 1),
                            new Listeners.Listener("192.0.2.2", Addresses.ETCD_PORT, 2),
                            new Listeners.Listener("0.0.0.0", 2379, 3))))
                    .isEmpty();
        }

        @Test
        void ourLoopbackPortsCount() {
            assertThat(ForeignTraces.occupiedPort(
                            List.of(new Listeners.Listener("127.0.0.1", Addresses.SCHEDULER_PORT, 1))))
                    .isPresent();
        }
    }

    @Test
    void theKernelsTableIsRead() {
        assertThat(
                        Listeners.parse(
                                "   0: 01001EAC:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0"))
                .hasValue(new Listeners.Listener("172.30.0.1", 6443, 4711));
        assertThat(
                        Listeners.parse(
                                "   1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1 0"))
                .hasValue(new Listeners.Listener("::", 8080, 12));
        assertThat(
                        Listeners.parse(
                                "   2: 0100007F:8000 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 13 1 0"))
                .as("a connection, no listener")
                .isEmpty();
    }
}
