// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.nodes;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.binding.ModelCopy;
import dev.virtualcluster.syncer.metadata.MetadataConversion;
import io.fabric8.kubernetes.api.model.DaemonEndpoint;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeDaemonEndpoints;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeSpecBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a super node looks like in a tenant. Pure rules. Everything that speaks of other tenants (images, volumes in use)
 * or of the machine's maker (provider id, pod ranges, annotations) stays out.
 */
final class VirtualNode {
    /** Annotation on the virtual node: keys of the labels that follow the super node, so that removals follow too. */
    static final String FOLLOWING_LABELS = Keys.PREFIX + "following-labels";

    private static final Set<String> ADDRESSES = Set.of("InternalIP", "Hostname");

    private VirtualNode() {}

    /** Tells whether a tenant's node is one of ours. */
    static boolean isOurs(Node tenantNode) {
        return Keys.TRUE.equals(labels(tenantNode).get(Keys.VIRTUAL_NODE));
    }

    /** The part of a super node that tenants see: what the cache keeps. Changes and returns its argument. */
    static Node trimmed(Node node) {
        node.getMetadata().setAnnotations(null);
        if (node.getStatus() != null) {
            leaveOutOthers(node.getStatus());
        }
        return node;
    }

    private static void leaveOutOthers(NodeStatus status) {
        status.setImages(List.of());
        status.setVolumesAttached(List.of());
        status.setVolumesInUse(List.of());
        status.setConfig(null);
    }

    /** The virtual node as it is created. */
    static Node desired(Node superNode, int agentPort) {
        Map<String, String> labels = following(superNode);
        String record = String.join(",", labels.keySet());
        labels.put(Keys.VIRTUAL_NODE, Keys.TRUE);
        return new NodeBuilder()
                .withNewMetadata()
                .withName(superNode.getMetadata().getName())
                .withLabels(labels)
                .addToAnnotations(FOLLOWING_LABELS, record)
                .endMetadata()
                .withSpec(spec(superNode))
                .withStatus(status(superNode, agentPort))
                .build();
    }

    /** The labels the virtual node should have, with those that the tenant added. */
    static Map<String, String> labels(Node desired, Node actual) {
        Map<String, String> labels = new TreeMap<>(labels(actual));
        Map<String, String> annotations = actual.getMetadata().getAnnotations();
        String record = annotations == null ? null : annotations.get(FOLLOWING_LABELS);
        if (record != null) {
            new TreeSet<>(List.of(record.split(","))).forEach(labels::remove);
        }
        labels.putAll(labels(desired));
        return labels;
    }

    /** Tells whether labels, taints or schedulability must be written. */
    static boolean specDiffers(Node desired, Node actual) {
        return !labels(desired, actual).equals(labels(actual))
                || !Objects.equals(record(desired), record(actual))
                || !Objects.equals(
                        desired.getSpec().getTaints(), actual.getSpec().getTaints())
                || isUnschedulable(desired) != isUnschedulable(actual);
    }

    /** Tells whether the status must be written: anything but the time of heartbeats. */
    static boolean statusDiffers(Node desired, Node actual) {
        return !Objects.equals(withoutHeartbeats(desired.getStatus()), withoutHeartbeats(actual.getStatus()));
    }

    /** Tells whether a super node changed in anything that tenants see; heartbeats alone do not count. */
    static boolean hasChanged(@Nullable Node before, @Nullable Node after) {
        return before == null
                || after == null
                || !labels(before).equals(labels(after))
                || !Objects.equals(before.getSpec(), after.getSpec())
                || !Objects.equals(withoutHeartbeats(before.getStatus()), withoutHeartbeats(after.getStatus()));
    }

    private static NodeSpec spec(Node superNode) {
        NodeSpec spec = superNode.getSpec();
        return new NodeSpecBuilder()
                .withTaints(spec == null ? List.of() : spec.getTaints())
                .withUnschedulable(isUnschedulable(superNode) ? true : null)
                .build();
    }

    private static NodeStatus status(Node superNode, int agentPort) {
        NodeStatus from = superNode.getStatus() == null ? new NodeStatus() : superNode.getStatus();
        DaemonEndpoint agent = new DaemonEndpoint();
        agent.setPort(agentPort);
        NodeDaemonEndpoints endpoints = new NodeDaemonEndpoints();
        endpoints.setKubeletEndpoint(agent);
        NodeStatus status = ModelCopy.of(from);
        status.getAddresses().removeIf(address -> !ADDRESSES.contains(address.getType()));
        status.setDaemonEndpoints(endpoints);
        leaveOutIdentity(status.getNodeInfo());
        leaveOutOthers(status);
        return status;
    }

    /** Leaves what runs on the machine, without the numbers by which the machine is known elsewhere. */
    private static void leaveOutIdentity(@Nullable NodeSystemInfo info) {
        if (info != null) {
            info.setMachineID("");
            info.setSystemUUID("");
            info.setBootID("");
        }
    }

    private static Map<String, String> following(Node superNode) {
        Map<String, String> labels = new TreeMap<>(labels(superNode));
        labels.keySet().removeIf(MetadataConversion::isOurs);
        return labels;
    }

    private static NodeStatus withoutHeartbeats(@Nullable NodeStatus status) {
        if (status == null) {
            return new NodeStatus();
        }
        NodeStatus rest = ModelCopy.of(status);
        rest.getConditions().forEach(condition -> condition.setLastHeartbeatTime(null));
        return rest;
    }

    static @Nullable String record(Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(FOLLOWING_LABELS);
    }

    static boolean isUnschedulable(Node node) {
        return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    static Map<String, String> labels(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }
}
