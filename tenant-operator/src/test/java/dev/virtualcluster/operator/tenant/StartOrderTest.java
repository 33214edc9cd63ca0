// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.ClusterVersionSpec;
import dev.virtualcluster.apis.ControlPlanePart;
import dev.virtualcluster.operator.controlplane.Completion;
import dev.virtualcluster.operator.controlplane.ControlPlaneTemplates;
import dev.virtualcluster.operator.controlplane.Part;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StartOrderTest {
    @Test
    void eachPartFollowsTheOneThatItCalls() {
        ControlPlaneTemplates all = templates(Part.values());
        ControlPlaneTemplates etcdElsewhere = templates(Part.API_SERVER, Part.CONTROLLER_MANAGER);

        assertThat(StartOrder.before(Part.ETCD, all)).isEmpty();
        assertThat(StartOrder.before(Part.API_SERVER, all)).contains(Part.ETCD);
        assertThat(StartOrder.before(Part.CONTROLLER_MANAGER, all)).contains(Part.API_SERVER);
        assertThat(StartOrder.before(Part.API_SERVER, etcdElsewhere)).isEmpty();
    }

    @Test
    void aMajorityOfEtcdMustHaveAddresses() {
        var one = List.of(
                pod(Part.ETCD, "10.0.0.1", false), pod(Part.ETCD, null, false), pod(Part.API_SERVER, "10.0.0.2", true));
        var two = List.of(
                pod(Part.ETCD, "10.0.0.1", false), pod(Part.ETCD, "10.0.0.3", false), pod(Part.ETCD, null, false));

        assertThat(StartOrder.isOnItsWay(Part.ETCD, 3, one)).isFalse();
        assertThat(StartOrder.isOnItsWay(Part.ETCD, 3, two)).isTrue();
        assertThat(StartOrder.isOnItsWay(Part.ETCD, 1, one)).isTrue();
    }

    @Test
    void oneApiServerMustRun() {
        var pulling = List.of(pod(Part.API_SERVER, "10.0.0.1", false));
        var running = List.of(pod(Part.API_SERVER, "10.0.0.1", true), pod(Part.API_SERVER, null, false));

        assertThat(StartOrder.isOnItsWay(Part.API_SERVER, 2, List.of())).isFalse();
        assertThat(StartOrder.isOnItsWay(Part.API_SERVER, 1, pulling)).isFalse();
        assertThat(StartOrder.isOnItsWay(Part.API_SERVER, 2, running)).isTrue();
    }

    private static ControlPlaneTemplates templates(Part... parts) {
        Map<Part, ControlPlanePart> described = new HashMap<>();
        for (Part part : parts) {
            described.put(part, new ControlPlanePart());
        }
        return new ControlPlaneTemplates(described, new ClusterVersionSpec());
    }

    private static Pod pod(Part part, @Nullable String address, boolean isRunning) {
        var container = new PodBuilder()
                .withNewMetadata()
                .addToLabels(Completion.PART_LABEL, part.objectName())
                .endMetadata()
                .withNewStatus()
                .withPodIP(address)
                .addNewContainerStatus();
        return (isRunning
                        ? container.withNewState().withNewRunning().endRunning().endState()
                        : container.withNewState().withNewWaiting().endWaiting().endState())
                .endContainerStatus()
                .endStatus()
                .build();
    }
}
