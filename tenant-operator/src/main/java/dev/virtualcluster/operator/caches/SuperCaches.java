// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.caches;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.controlplane.Completion;
import dev.virtualcluster.operator.versions.RawClusterVersion;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * What the operator watches in the super cluster. Selected by label wherever the API allows: tenants' own objects are
 * never held, Secrets are held without their data. Closed with the connection.
 *
 * @param virtualClusters all
 * @param clusterVersions all, untyped
 * @param namespaces those of tenants, root namespaces included
 * @param statefulSets those of control planes
 * @param services those of control planes
 * @param secrets those of root namespaces, metadata only
 * @param pods those of control planes
 * @param serviceCidrs slices of tenants
 * @param nodes all: their names and addresses
 */
public record SuperCaches(
        ObjectCache<VirtualCluster> virtualClusters,
        ObjectCache<RawClusterVersion> clusterVersions,
        ObjectCache<Namespace> namespaces,
        ObjectCache<StatefulSet> statefulSets,
        ObjectCache<Service> services,
        ObjectCache<Secret> secrets,
        ObjectCache<Pod> pods,
        ObjectCache<ServiceCIDR> serviceCidrs,
        ObjectCache<Node> nodes) {
    private static final String CONTROL_PLANE = Keys.CONTROLLED_SELECTOR + "," + Completion.PART_LABEL;

    /** Starts all watches. */
    public static SuperCaches open(ClusterConnection connection) {
        return new SuperCaches(
                connection.cache(CacheSpec.all(VirtualCluster.class)),
                connection.cache(CacheSpec.all(RawClusterVersion.class)),
                connection.cache(CacheSpec.all(Namespace.class).withLabels(Keys.CONTROLLED_SELECTOR)),
                connection.cache(CacheSpec.all(StatefulSet.class).withLabels(CONTROL_PLANE)),
                connection.cache(CacheSpec.all(Service.class).withLabels(CONTROL_PLANE)),
                connection.cache(
                        CacheSpec.all(Secret.class).withLabels(CONTROL_PLANE).trimmed(SuperCaches::withoutData)),
                connection.cache(
                        CacheSpec.all(Pod.class).withLabels(CONTROL_PLANE).trimmed(SuperCaches::statusOnly)),
                connection.cache(CacheSpec.all(ServiceCIDR.class).withLabels(Keys.CONTROLLED_SELECTOR)),
                connection.cache(CacheSpec.all(Node.class).trimmed(SuperCaches::addressesOnly)));
    }

    /** Waits until every first list is in. */
    public void awaitSynced(Duration limit) throws InterruptedException, TimeoutException {
        for (var cache : all()) {
            cache.awaitSynced(limit);
        }
    }

    private List<ObjectCache<?>> all() {
        return List.of(
                virtualClusters,
                clusterVersions,
                namespaces,
                statefulSets,
                services,
                secrets,
                pods,
                serviceCidrs,
                nodes);
    }

    private static Secret withoutData(Secret secret) {
        secret.setData(Map.of());
        return secret;
    }

    private static Pod statusOnly(Pod pod) {
        pod.setSpec(null);
        return pod;
    }

    private static Node addressesOnly(Node node) {
        node.setSpec(null);
        var status = node.getStatus();
        if (status != null) {
            status.setImages(List.of());
            status.setVolumesAttached(List.of());
            status.setVolumesInUse(List.of());
        }
        return node;
    }
}
