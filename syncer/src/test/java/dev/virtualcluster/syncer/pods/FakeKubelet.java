// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;

/** Scheduler and kubelet of a super cluster without nodes: a test says what they do. */
public final class FakeKubelet {
    private final KubernetesClient client;
    private final String node;

    /** Registers a node. */
    public FakeKubelet(KubernetesClient superClient, String node) {
        this.client = superClient;
        this.node = node;
        superClient.resource(node(node)).createOr(editable -> editable.patchStatus());
    }

    /** A node as a kubelet registers it. */
    public static Node node(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/hostname", name)
                .endMetadata()
                .withNewStatus()
                .addToCapacity("cpu", new Quantity("2"))
                .addToCapacity("pods", new Quantity("110"))
                .addToAllocatable("cpu", new Quantity("2"))
                .addNewAddress("172.30.9.1", "InternalIP")
                .addNewAddress(name, "Hostname")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withReason("KubeletReady")
                .withLastHeartbeatTime("2026-11-01T10:00:00Z")
                .withLastTransitionTime("2026-11-01T10:00:00Z")
                .endCondition()
                .endStatus()
                .build();
    }

    public String node() {
        return node;
    }

    /** Binds the pod to the node. */
    public void schedule(Pod superPod) {
        client.bindings()
                .inNamespace(superPod.getMetadata().getNamespace())
                .resource(new BindingBuilder()
                        .withNewMetadata()
                        .withNamespace(superPod.getMetadata().getNamespace())
                        .withName(superPod.getMetadata().getName())
                        .endMetadata()
                        .withNewTarget()
                        .withKind("Node")
                        .withName(node)
                        .endTarget()
                        .build())
                .create();
    }

    /** Reports all containers as running. */
    public void run(Pod superPod) {
        List<ContainerStatus> statuses = superPod.getSpec().getContainers().stream()
                .map(container -> new ContainerStatusBuilder()
                        .withName(container.getName())
                        .withImage(container.getImage())
                        .withImageID("sha256:1")
                        .withContainerID("containerd://" + container.getName())
                        .withReady(true)
                        .withRestartCount(0)
                        .withResources(container.getResources())
                        .withNewState()
                        .withNewRunning("2026-11-01T10:00:02Z")
                        .endState()
                        .build())
                .toList();
        Pod reported = client.resource(superPod).get();
        reported.getStatus().setPhase("Running");
        reported.getStatus().setPodIP("10.244.0.9");
        reported.getStatus().getPodIPs().clear();
        reported.getStatus().getPodIPs().add(new PodIP("10.244.0.9"));
        reported.getStatus().setHostIP("172.30.9.1");
        reported.getStatus().setStartTime("2026-11-01T10:00:01Z");
        reported.getStatus().setObservedGeneration(reported.getMetadata().getGeneration());
        reported.getStatus().setContainerStatuses(statuses);
        client.resource(reported).updateStatus();
    }

    /** Patches the pod's status. */
    public void report(Pod superPod, String status) {
        client.pods()
                .inNamespace(superPod.getMetadata().getNamespace())
                .withName(superPod.getMetadata().getName())
                .subresource("status")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"status\":" + status + "}");
    }

    /** Ends a pod that is being deleted. */
    public void finish(Pod superPod) {
        client.resource(superPod).withGracePeriod(0).delete();
    }

    /** Takes the node away. */
    public void close() {
        client.nodes().withName(node).delete();
    }
}
