// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class VirtualNodeTest {
    private static final String SUPER_NODE = """
            metadata:
              name: node-a
              uid: 1
              labels: {kubernetes.io/hostname: node-a, disk: ssd, tenancy.x-k8s.io/vcname: other}
              annotations: {csi.volume.kubernetes.io/nodeid: secret-of-the-house}
            spec:
              podCIDR: 10.244.0.0/24
              providerID: cloud://account/instance
              unschedulable: true
              taints: [{key: dedicated, effect: NoSchedule}]
            status:
              capacity: {cpu: "2", pods: "110"}
              allocatable: {cpu: "2", pods: "100"}
              addresses:
                - {type: InternalIP, address: 172.30.0.1}
                - {type: InternalIP, address: "fd00::1"}
                - {type: ExternalIP, address: 203.0.113.5}
                - {type: Hostname, address: node-a}
                - {type: ExternalDNS, address: node-a.example.com}
              conditions:
                - {type: Ready, status: "True", lastHeartbeatTime: "2026-11-01T10:00:00Z", lastTransitionTime: "2026-11-01T09:00:00Z"}
              daemonEndpoints: {kubeletEndpoint: {Port: 10250}}
              nodeInfo: {kubeletVersion: v1.36.3, osImage: Debian, machineID: of-the-machine, systemUUID: of-the-machine, bootID: of-the-machine}
              images: [{names: [private.example.com/of-another-tenant:1], sizeBytes: 5}]
              volumesInUse: [kubernetes.io/csi/x]
              volumesAttached: [{name: kubernetes.io/csi/x, devicePath: ""}]
            """;

    private static Node superNode() {
        return new KubernetesSerialization().unmarshal(SUPER_NODE, Node.class);
    }

    private static Node virtual() {
        return VirtualNode.desired(superNode(), 10550);
    }

    @Test
    void showsTheNodeAsItIs() {
        Node virtual = virtual();

        assertThat(virtual.getMetadata().getName()).isEqualTo("node-a");
        assertThat(virtual.getMetadata().getLabels())
                .containsEntry("disk", "ssd")
                .containsEntry(Keys.VIRTUAL_NODE, "true")
                .doesNotContainKey("tenancy.x-k8s.io/vcname");
        assertThat(virtual.getSpec().getTaints()).extracting("key").containsExactly("dedicated");
        assertThat(virtual.getSpec().getUnschedulable()).isTrue();
        assertThat(virtual.getStatus().getCapacity()).containsKeys("cpu", "pods");
        assertThat(virtual.getStatus().getNodeInfo().getKubeletVersion()).isEqualTo("v1.36.3");
        assertThat(virtual.getStatus().getConditions()).hasSize(1);
    }

    @Test
    void leadsToTheAgentOfTheNode() {
        Node virtual = virtual();

        assertThat(virtual.getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort())
                .isEqualTo(10550);
        assertThat(virtual.getStatus().getAddresses())
                .extracting("type")
                .containsExactly("InternalIP", "InternalIP", "Hostname");
    }

    @Test
    void tellsNothingOfOtherTenantsOrTheHouse() {
        assertThat(new KubernetesSerialization().asJson(virtual()))
                .doesNotContain("another-tenant", "of-the-machine", "csi", "secret-of-the-house", "cloud://", "10.244");
    }

    @Test
    void doesNotCountHeartbeats() {
        Node later = superNode();
        later.getStatus().getConditions().getFirst().setLastHeartbeatTime("2026-11-01T10:05:00Z");

        assertThat(VirtualNode.hasChanged(superNode(), later)).isFalse();
        assertThat(VirtualNode.statusDiffers(VirtualNode.desired(later, 10550), virtual()))
                .isFalse();
    }

    @Test
    void countsARealChange() {
        Node down = superNode();
        down.getStatus().getConditions().getFirst().setStatus("Unknown");

        assertThat(VirtualNode.hasChanged(superNode(), down)).isTrue();
        assertThat(VirtualNode.statusDiffers(VirtualNode.desired(down, 10550), virtual()))
                .isTrue();
    }

    @Test
    void keepsWhatTheTenantAddedAndRepairsWhatItChanged() {
        Node actual = new NodeBuilder(virtual())
                .editMetadata()
                .addToLabels("mine", "kept")
                .addToLabels("disk", "forged")
                .endMetadata()
                .build();

        assertThat(VirtualNode.specDiffers(virtual(), actual)).isTrue();
        assertThat(VirtualNode.labels(virtual(), actual))
                .containsEntry("mine", "kept")
                .containsEntry("disk", "ssd");
    }

    @Test
    void removesLabelsThatTheSuperNodeLost() {
        Node without = superNode();
        without.getMetadata().getLabels().remove("disk");
        Node desired = VirtualNode.desired(without, 10550);

        assertThat(VirtualNode.specDiffers(desired, virtual())).isTrue();
        assertThat(VirtualNode.labels(desired, virtual())).doesNotContainKey("disk");
    }

    @Test
    void knowsItsOwnFromTheTenants() {
        Node tenants = new NodeBuilder()
                .withNewMetadata()
                .withName("node-a")
                .endMetadata()
                .build();

        assertThat(VirtualNode.isOurs(tenants)).isFalse();
        assertThat(VirtualNode.isOurs(virtual())).isTrue();
    }
}
