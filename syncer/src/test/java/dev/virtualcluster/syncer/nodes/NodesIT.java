// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.nodes;

import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.syncer.pods.FakeKubelet;
import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Virtual nodes in a real tenant API server. */
class NodesIT {
    private static World world;
    private static TenantWorld tenant;

    @BeforeAll
    static void start() {
        world = World.of("nodes", 1).startSyncer();
        tenant = world.tenant(1);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void showsNodeWithTheAgentsPort() {
        // When
        FakeKubelet kubelet = new FakeKubelet(world.superClient(), "shown");

        // Then
        eventually(() -> {
            Node node = tenantNode("shown");
            assertThat(node.getMetadata().getLabels()).containsEntry(Keys.VIRTUAL_NODE, "true");
            assertThat(node.getStatus()
                            .getDaemonEndpoints()
                            .getKubeletEndpoint()
                            .getPort())
                    .isEqualTo(Keys.AGENT_PORT);
            assertThat(node.getStatus().getCapacity()).containsKey("cpu");
            assertThat(node.getSpec().getTaints())
                    .isEqualTo(superNode("shown").getSpec().getTaints());
        });
        kubelet.close();
        eventually(() -> assertThat(found("shown")).as("virtual node").isNull());
    }

    @Test
    void followsConditionsAndTaintsButNotHeartbeats() {
        // Given
        FakeKubelet kubelet = new FakeKubelet(world.superClient(), "followed");
        eventually(() -> assertThat(tenantNode("followed").getSpec().getTaints())
                .isEqualTo(superNode("followed").getSpec().getTaints()));
        eventually(() -> assertThat(world.syncer().patrol().round()).isZero());
        String version = tenantNode("followed").getMetadata().getResourceVersion();

        // When a heartbeat comes, and later a real change
        world.superClient().nodes().withName("followed").editStatus(node -> heartbeat(node, "True"));
        eventually(() -> assertThat(world.syncer().patrol().round()).isZero());
        assertThat(tenantNode("followed").getMetadata().getResourceVersion()).isEqualTo(version);
        world.superClient().nodes().withName("followed").editStatus(node -> heartbeat(node, "False"));
        world.superClient()
                .nodes()
                .withName("followed")
                .edit(node -> new NodeBuilder(node)
                        .editMetadata()
                        .addToLabels("zone", "a")
                        .endMetadata()
                        .editSpec()
                        .addNewTaint("NoExecute", "maintenance", null, "now")
                        .withUnschedulable(true)
                        .endSpec()
                        .build());

        // Then
        eventually(() -> {
            Node node = tenantNode("followed");
            assertThat(node.getStatus().getConditions())
                    .filteredOn("type", "Ready")
                    .extracting("status")
                    .containsExactly("False");
            assertThat(node.getSpec().getTaints()).extracting("key").contains("maintenance");
            assertThat(node.getSpec().getUnschedulable()).isTrue();
            assertThat(node.getMetadata().getLabels()).containsEntry("zone", "a");
        });
        kubelet.close();
    }

    @Test
    void repairsWhatTheTenantChangesAndKeepsWhatItAdds() {
        // Given
        FakeKubelet kubelet = new FakeKubelet(world.superClient(), "edited");
        eventually(() -> assertThat(found("edited")).isNotNull());

        // When
        tenant.client()
                .nodes()
                .withName("edited")
                .edit(node -> new NodeBuilder(node)
                        .editMetadata()
                        .addToLabels("kubernetes.io/hostname", "forged")
                        .addToLabels("mine", "kept")
                        .endMetadata()
                        .editSpec()
                        .withUnschedulable(true)
                        .endSpec()
                        .build());

        // Then
        eventually(() -> {
            Node node = tenantNode("edited");
            assertThat(node.getMetadata().getLabels())
                    .containsEntry("kubernetes.io/hostname", "edited")
                    .containsEntry("mine", "kept");
            assertThat(node.getSpec().getUnschedulable()).isNull();
        });
        tenant.client().nodes().withName("edited").delete();
        eventually(() -> assertThat(found("edited")).as("node made anew").isNotNull());
        kubelet.close();
    }

    @Test
    void leavesNodesOfTheTenantAlone() {
        // Given
        tenant.client()
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("own")
                        .endMetadata()
                        .build())
                .create();

        // When
        FakeKubelet kubelet = new FakeKubelet(world.superClient(), "own");
        FakeKubelet other = new FakeKubelet(world.superClient(), "after-own");

        // Then
        eventually(() -> assertThat(found("after-own")).isNotNull());
        assertThat(tenantNode("own").getMetadata().getLabels()).isNullOrEmpty();
        kubelet.close();
        other.close();
        eventually(() -> assertThat(found("after-own")).isNull());
        assertThat(found("own")).isNotNull();
        tenant.client().nodes().withName("own").delete();
    }

    private static Node heartbeat(Node node, String ready) {
        return new NodeBuilder(node)
                .editStatus()
                .editMatchingCondition(condition -> condition.getType().equals("Ready"))
                .withStatus(ready)
                .withLastHeartbeatTime("2026-11-01T10:05:00Z")
                .endCondition()
                .endStatus()
                .build();
    }

    private static @Nullable Node found(String name) {
        return tenant.client().nodes().withName(name).get();
    }

    private static Node tenantNode(String name) {
        Node node = found(name);
        assertThat(node).as("virtual node " + name).isNotNull();
        return Objects.requireNonNull(node);
    }

    private static Node superNode(String name) {
        return Objects.requireNonNull(world.superClient().nodes().withName(name).get());
    }
}
