// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A running super cluster. The same suites run against every provider; what a provider cannot do (stopping a node of a
 * cluster that is not ours) throws {@link UnsupportedOperationException} with the reason, and {@link #can} says so
 * beforehand. Methods block and may be called from any thread; faults are made one at a time.
 */
public interface SuperCluster {
    /** A fault or service that not every provider offers. */
    enum Ability {
        RESTART_API_SERVER,
        RESTART_ETCD,
        STOP_NODE,
        IMPORT_IMAGE
    }

    Provider provider();

    /** A kubeconfig with administrator's rights, owned by the cluster: read it, never write it. */
    Path kubeconfig();

    /** A new client with administrator's rights; the caller closes it. */
    KubernetesClient connect();

    /** Names of the nodes, in order. */
    List<String> nodes();

    boolean can(Ability ability);

    /**
     * Puts the images of a tar archive (Docker or OCI layout) on every node, under the names written in the archive.
     * Nothing is done where the same bytes are there already.
     */
    void importImage(Path tar);

    /** Ends the API server hard and starts it again; returns when it answers. */
    void restartApiServer();

    /** Ends etcd hard and starts it again; returns when the API server answers with it. */
    void restartEtcd();

    /** Takes a node's power away: its kubelet, runtime and every pod are gone at once. */
    void stopNode(String node);

    /** Boots a stopped node; returns when the cluster calls it Ready. */
    void startNode(String node);

    /** Process ids on this machine by component ({@code apiserver}, {@code node1/kubelet}); empty where unknown. */
    Map<String, Long> processes();

    /** The end of each component's log, for the report of a failed test. */
    String diagnosis();
}
