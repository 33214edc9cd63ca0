// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.operator.caches.SuperCaches;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.queue.FairQueue;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which change wants which key looked at. Runs on the watches' threads and does nothing but enqueue.
 *
 * @param caches what is watched
 * @param requests the node agents' certificate requests
 * @param tenants keys of VirtualClusters
 * @param versions keys of ClusterVersions
 * @param certificates keys of certificate requests
 * @param patrol the patrol's one key
 */
record Triggers(
        SuperCaches caches,
        ObjectCache<CertificateSigningRequest> requests,
        FairQueue<ObjectKey> tenants,
        FairQueue<ObjectKey> versions,
        FairQueue<ObjectKey> certificates,
        FairQueue<ObjectKey> patrol) {
    private static final String ALL = "all";

    void install() {
        Map<String, ObjectKey> byTenantKey = new ConcurrentHashMap<>();
        caches.virtualClusters().onChange((key, before, after) -> {
            index(byTenantKey, key, before, after);
            tenants.add(key.toString(), key);
            enqueueVersionOf(before);
            enqueueVersionOf(after);
        });
        caches.clusterVersions().onChange((key, before, after) -> {
            versions.add(ALL, key);
            caches.virtualClusters().list().stream()
                    .filter(vc -> key.name().equals(vc.getSpec().getClusterVersionName()))
                    .forEach(this::enqueue);
        });
        owned(caches.namespaces(), byTenantKey);
        owned(caches.statefulSets(), byTenantKey);
        owned(caches.services(), byTenantKey);
        owned(caches.secrets(), byTenantKey);
        owned(caches.pods(), byTenantKey);
        owned(caches.serviceCidrs(), byTenantKey);
        caches.serviceCidrs().onChange((key, before, after) -> {
            if (after == null) {
                // Somebody may have been waiting for a slice.
                caches.virtualClusters().list().stream()
                        .filter(vc -> vc.getStatus() == null || vc.getStatus().getServiceCidr() == null)
                        .forEach(this::enqueue);
            }
        });
        caches.nodes().onChange((key, before, after) -> {
            if (before == null || after == null || !NodeReach.of(before).equals(NodeReach.of(after))) {
                // Kubeconfigs for use from outside name a node that is ready.
                caches.virtualClusters().list().forEach(this::enqueue);
            }
        });
        requests.onChange((key, before, after) -> certificates.add(ALL, key));
        patrol.add(ALL, ObjectKey.clusterScoped(ALL));
    }

    /** How a node is reached; what its heartbeats change is left out. */
    private record NodeReach(List<String> addresses, boolean isReady) {
        static NodeReach of(Node node) {
            var status = node.getStatus();
            return status == null
                    ? new NodeReach(List.of(), false)
                    : new NodeReach(
                            status.getAddresses().stream()
                                    .map(address -> address.getType() + address.getAddress())
                                    .toList(),
                            status.getConditions().stream()
                                    .anyMatch(condition -> "Ready".equals(condition.getType())
                                            && "True".equals(condition.getStatus())));
        }
    }

    private static void index(
            Map<String, ObjectKey> byTenantKey,
            ObjectKey key,
            @Nullable VirtualCluster before,
            @Nullable VirtualCluster after) {
        var vc = Objects.requireNonNullElse(after, before);
        try {
            String tenantKey = TenantKey.of(Objects.requireNonNull(vc)).value();
            if (after == null) {
                byTenantKey.remove(tenantKey);
            } else {
                byTenantKey.put(tenantKey, key);
            }
        } catch (IllegalArgumentException e) {
            // A VirtualCluster that cannot have a key owns nothing.
            return;
        }
    }

    private <T extends HasMetadata> void owned(ObjectCache<T> cache, Map<String, ObjectKey> byTenantKey) {
        cache.onChange((key, before, after) -> {
            enqueueOwner(byTenantKey, before);
            enqueueOwner(byTenantKey, after);
        });
    }

    private void enqueueOwner(Map<String, ObjectKey> byTenantKey, @Nullable HasMetadata object) {
        if (object == null || object.getMetadata().getLabels() == null) {
            return;
        }
        String tenantKey = object.getMetadata().getLabels().get(Keys.CLUSTER);
        var owner = tenantKey == null ? null : byTenantKey.get(tenantKey);
        if (owner != null) {
            tenants.add(owner.toString(), owner);
        }
    }

    private void enqueueVersionOf(@Nullable VirtualCluster vc) {
        if (vc != null && vc.getSpec().getClusterVersionName() != null) {
            versions.add(ALL, ObjectKey.clusterScoped(vc.getSpec().getClusterVersionName()));
        }
    }

    private void enqueue(VirtualCluster vc) {
        var key = ObjectKey.of(vc);
        tenants.add(key.toString(), key);
    }
}
