// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.versions;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.status.EventRecorder;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Reconciler;
import dev.virtualcluster.runtime.reconcile.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keeps a ClusterVersion from being deleted while VirtualClusters use it: a finalizer that is there exactly as long as
 * somebody does. Whoever deletes one in use is told by an event who that is.
 */
public final class ClusterVersionReconciler implements Reconciler<ObjectKey> {
    /** Finalizer of ClusterVersions in use. */
    public static final String IN_USE_FINALIZER = Keys.PREFIX + "in-use";

    private static final int NAMED_USERS = 10;

    private final ObjectCache<RawClusterVersion> versions;
    private final ObjectCache<VirtualCluster> virtualClusters;
    private final SuperWrites writes;
    private final EventRecorder events;

    /** Reconciles what {@code versions} holds. */
    public ClusterVersionReconciler(
            ObjectCache<RawClusterVersion> versions,
            ObjectCache<VirtualCluster> virtualClusters,
            SuperWrites writes,
            EventRecorder events) {
        this.versions = versions;
        this.virtualClusters = virtualClusters;
        this.writes = writes;
        this.events = events;
    }

    @Override
    public Result reconcile(String tenant, ObjectKey key) {
        var version = versions.get(key);
        if (version == null) {
            return Result.done();
        }
        var users = users(key.name());
        boolean isProtected = version.getMetadata().getFinalizers().contains(IN_USE_FINALIZER);
        boolean isDeleted = version.getMetadata().getDeletionTimestamp() != null;
        if (users.isEmpty() == isProtected && !(isDeleted && !users.isEmpty())) {
            setFinalizer(version, !users.isEmpty());
        } else if (isDeleted && !users.isEmpty()) {
            events.record(
                    version,
                    "Warning",
                    "InUse",
                    "Stays until nobody uses it any more; it is used by " + String.join(", ", users));
        }
        return Result.done();
    }

    private List<String> users(String version) {
        var users = virtualClusters.list().stream()
                .filter(vc -> version.equals(vc.getSpec().getClusterVersionName()))
                .map(vc -> ObjectKey.of(vc).toString())
                .sorted()
                .toList();
        if (users.size() <= NAMED_USERS) {
            return users;
        }
        var named = new ArrayList<>(users.subList(0, NAMED_USERS));
        named.add((users.size() - NAMED_USERS) + " more");
        return named;
    }

    private void setFinalizer(RawClusterVersion version, boolean wanted) {
        var finalizers = new ArrayList<>(version.getMetadata().getFinalizers());
        finalizers.remove(IN_USE_FINALIZER);
        if (wanted) {
            finalizers.add(IN_USE_FINALIZER);
        }
        writes.merge(
                version,
                Map.of(
                        "metadata",
                        Map.of(
                                "resourceVersion",
                                version.getMetadata().getResourceVersion(),
                                "finalizers",
                                finalizers)));
    }
}
