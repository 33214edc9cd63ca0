// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.nodes;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.engine.Drift;
import dev.virtualcluster.syncer.engine.Refusals;
import dev.virtualcluster.syncer.engine.SuperObjects;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.engine.SyncedKind;
import dev.virtualcluster.syncer.engine.Tenants;
import dev.virtualcluster.syncer.pods.status.MergePatch;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Nodes: up only, every super node into every tenant. A tenant's own node objects, told by the absence of our label, are
 * never touched. When a node goes, the super cluster's eviction ends its pods; the virtual node goes at once.
 */
public final class NodeKind implements SyncedKind<Node, Node> {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final SyncContext context;

    public NodeKind(SyncContext context) {
        this.context = context;
    }

    @Override
    public String name() {
        return "nodes";
    }

    @Override
    public Class<Node> tenantType() {
        return Node.class;
    }

    @Override
    public Class<Node> superType() {
        return Node.class;
    }

    @Override
    public CacheSpec<Node> tenantCache() {
        return CacheSpec.all(Node.class);
    }

    @Override
    public CacheSpec<Node> superCache() {
        return CacheSpec.all(Node.class).trimmed(VirtualNode::trimmed);
    }

    @Override
    public boolean concernsDown(@Nullable Node before, @Nullable Node after) {
        return false;
    }

    @Override
    public boolean isDrift(@Nullable Node before, @Nullable Node after) {
        return false;
    }

    @Override
    public boolean concernsUp(@Nullable Node before, @Nullable Node after) {
        return VirtualNode.hasChanged(before, after);
    }

    @Override
    public boolean isUpwardDrift(Tenant tenant, @Nullable Node before, @Nullable Node after) {
        return VirtualNode.hasChanged(before, after);
    }

    @Override
    public void route(Node superObject, Tenants tenants, BiConsumer<Tenant, ObjectKey> to) {
        ObjectKey key = ObjectKey.of(superObject);
        tenants.all().forEach(tenant -> to.accept(tenant, key));
    }

    @Override
    public Result up(Tenant tenant, ObjectKey key) {
        Node superNode = objects().get(key);
        Node actual = tenant.cache(Node.class).get(key);
        if (actual != null && !VirtualNode.isOurs(actual)) {
            return new Result.Done();
        }
        if (superNode == null) {
            return actual == null ? new Result.Done() : remove(tenant, key, actual);
        }
        Node desired = desired(superNode);
        if (actual == null) {
            create(tenant, desired);
        } else {
            update(tenant, desired, actual);
        }
        return new Result.Done();
    }

    private Result remove(Tenant tenant, ObjectKey key, Node actual) {
        // A cache filled from a server that lags lacks nodes that are there; the tenant's pods on it would be evicted.
        if (objects().read(key) != null) {
            return new Result.RequeueAfter(SOON);
        }
        delete(tenant, actual);
        return new Result.Done();
    }

    /** Makes sure that the tenant has a node of this name, before a pod is bound to it. */
    public void ensure(Tenant tenant, String name) {
        ObjectKey key = ObjectKey.clusterScoped(name);
        if (tenant.cache(Node.class).get(key) == null) {
            up(tenant, key);
        }
    }

    @Override
    public void inspect(Tenant tenant, Findings findings) {
        for (Node superNode : objects().cache().list()) {
            ObjectKey key = ObjectKey.of(superNode);
            Node actual = tenant.cache(Node.class).get(key);
            if (actual == null) {
                findings.up(key, Drift.MISSING);
            } else if (VirtualNode.isOurs(actual)) {
                Node desired = desired(superNode);
                if (VirtualNode.specDiffers(desired, actual)) {
                    findings.up(key, Drift.DESIRED);
                } else if (VirtualNode.statusDiffers(desired, actual)) {
                    findings.up(key, Drift.STATUS);
                }
            }
        }
        for (Node actual : tenant.cache(Node.class).list()) {
            ObjectKey key = ObjectKey.of(actual);
            if (VirtualNode.isOurs(actual) && objects().get(key) == null) {
                findings.up(key, Drift.EXTRA);
            }
        }
    }

    private Node desired(Node superNode) {
        return VirtualNode.desired(superNode, context.config().agentPort());
    }

    private static void create(Tenant tenant, Node desired) {
        try {
            Requests.create(tenant.client(), desired);
        } catch (KubernetesClientException e) {
            // Made a moment ago, by us through another key; the watch brings it and what differs.
            if (!Refusals.isAlreadyExists(e)) {
                throw e;
            }
        }
    }

    private static void update(Tenant tenant, Node desired, Node actual) {
        if (VirtualNode.specDiffers(desired, actual)) {
            Map<String, Object> metadata = new LinkedHashMap<>();
            metadata.put("uid", actual.getMetadata().getUid());
            metadata.put("labels", MergePatch.between(VirtualNode.labels(actual), VirtualNode.labels(desired, actual)));
            metadata.put("annotations", desired.getMetadata().getAnnotations());
            Map<String, Object> spec = Map.of(
                    "taints", desired.getSpec().getTaints(), "unschedulable", VirtualNode.isUnschedulable(desired));
            patch(tenant, actual, "", Map.of("metadata", metadata, "spec", spec));
        }
        if (VirtualNode.statusDiffers(desired, actual)) {
            KubernetesSerialization json = tenant.client().getKubernetesSerialization();
            Map<String, ?> changes = MergePatch.between(tree(json, actual), tree(json, desired));
            patch(
                    tenant,
                    actual,
                    "status",
                    Map.of("metadata", Map.of("uid", actual.getMetadata().getUid()), "status", changes));
        }
    }

    private static void patch(Tenant tenant, Node actual, String subresource, Object body) {
        Requests.patch(tenant.client(), Node.class, ObjectKey.of(actual), subresource, Requests.MERGE_PATCH, body);
    }

    private static void delete(Tenant tenant, Node actual) {
        Requests.delete(
                tenant.client(),
                actual,
                new DeleteOptionsBuilder()
                        .withNewPreconditions()
                        .withUid(actual.getMetadata().getUid())
                        .endPreconditions()
                        .build());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> tree(KubernetesSerialization json, Node node) {
        return node.getStatus() == null ? Map.of() : json.convertValue(node.getStatus(), Map.class);
    }

    private SuperObjects<Node> objects() {
        return context.superCluster().objects(Node.class);
    }
}
