// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServicePortsTest {
    @Test
    void nodePortsAreNoDifference() {
        assertThat(ServicePorts.sameButNodePorts(service(30001), service(30002)))
                .isTrue();
        assertThat(ServicePorts.sameNodePorts(service(30001), service(30002))).isFalse();
    }

    @Test
    void missingNodePortOfTheTwinIsNothingToWriteBack() {
        assertThat(ServicePorts.sameNodePorts(service(30001), service(null))).isTrue();
    }

    @Test
    void takesOverNodePortsByPortAndProtocol() {
        Service twin = service(30002);

        ServicePort first = ServicePorts.withNodePortsOf(ServicePorts.of(service(30001)), twin)
                .getFirst();

        assertThat(first.getNodePort()).isEqualTo(30002);
    }

    @Test
    void wishNamesPortAndNumber() {
        assertThat(ServicePorts.wish(service(30001))).isEqualTo("TCP80=30001");
        assertThat(ServicePorts.wish(service(null))).isEmpty();
        assertThat(ServicePorts.wish(service(0))).isEmpty();
    }

    private static Service service(@Nullable Integer nodePort) {
        return new ServiceBuilder()
                .withNewSpec()
                .addNewPort()
                .withPort(80)
                .withProtocol("TCP")
                .withNodePort(nodePort)
                .endPort()
                .endSpec()
                .build();
    }
}
