// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.operator.credentials.CredentialInputs.ExternalEndpoint;
import dev.virtualcluster.operator.status.Outcome;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExternalAccessTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final List<Node> NODES = List.of(YAML.unmarshal("""
            kind: Node
            apiVersion: v1
            metadata: {name: one}
            status:
              addresses: [{type: InternalIP, address: 192.0.2.1}]
              conditions: [{type: Ready, status: "True"}]
            """, Node.class));

    @Test
    void namesANodeForANodePort() {
        var service = service("NodePort", "");

        assertThat(ExternalAccess.of(service, NODES)).contains(new ExternalEndpoint("192.0.2.1", 30443, false));
        assertThat(ExternalAccess.outcome(service, NODES))
                .isInstanceOf(Outcome.Ready.class)
                .extracting(Outcome::message)
                .asString()
                .contains("192.0.2.1 port 30443");
        assertThat(ExternalAccess.outcome(service, List.of()).reason()).isEqualTo("NoNodeReady");
    }

    @Test
    void waitsForALoadBalancersAddressAlthoughItsServiceHasANodePort() {
        var waiting = service("LoadBalancer", "");

        assertThat(ExternalAccess.of(waiting, NODES)).isEmpty();
        assertThat(ExternalAccess.outcome(waiting, NODES))
                .isInstanceOf(Outcome.Waiting.class)
                .extracting(Outcome::reason)
                .isEqualTo("LoadBalancerPending");

        var given = service("LoadBalancer", "{ip: 198.51.100.7}");
        assertThat(ExternalAccess.of(given, NODES)).contains(new ExternalEndpoint("198.51.100.7", 443, true));
        assertThat(ExternalAccess.outcome(given, NODES).isReady()).isTrue();
    }

    @Test
    void saysThatAnAddressIsInsideOnly() {
        var service = service("ClusterIP", "");
        service.getSpec().getPorts().getFirst().setNodePort(null);

        assertThat(ExternalAccess.of(service, NODES)).isEmpty();
        assertThat(ExternalAccess.outcome(service, NODES).reason()).isEqualTo("InsideOnly");
        assertThat(ExternalAccess.outcome(null, NODES).reason()).isEqualTo("NotCreated");
    }

    private static Service service(String type, String ingress) {
        return YAML.unmarshal("""
                kind: Service
                apiVersion: v1
                metadata: {namespace: root, name: apiserver-svc}
                spec: {type: %s, ports: [{port: 443, nodePort: 30443}]}
                status: {loadBalancer: {ingress: [%s]}}
                """.formatted(type, ingress), Service.class);
    }
}
