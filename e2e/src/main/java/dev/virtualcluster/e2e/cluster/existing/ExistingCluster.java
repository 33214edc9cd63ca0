// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.existing;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.KubeconfigClient;
import dev.virtualcluster.e2e.cluster.Provider;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A cluster of somebody else's: it can be used, not broken. */
final class ExistingCluster implements SuperCluster {
    private final Path kubeconfig;

    ExistingCluster(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    @Override
    public Provider provider() {
        return Provider.EXISTING;
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public KubernetesClient connect() {
        return KubeconfigClient.connect(kubeconfig);
    }

    @Override
    public List<String> nodes() {
        try (KubernetesClient client = connect()) {
            // By default a call is tried for half a minute: a person who mistyped an address waits for that.
            client.getConfiguration().setRequestRetryBackoffLimit(1);
            return client.nodes().list().getItems().stream()
                    .map(node -> node.getMetadata().getName())
                    .sorted()
                    .toList();
        } catch (KubernetesClientException e) {
            throw new ClusterException(
                    "The cluster of " + kubeconfig + " does not answer or does not let you list nodes: " + reason(e),
                    e);
        }
    }

    @Override
    public boolean can(Ability ability) {
        return false;
    }

    @Override
    public void importImage(Path tar) {
        throw unsupported("importing " + tar + ": push the image to a registry your cluster can pull from");
    }

    @Override
    public void restartApiServer() {
        throw unsupported("restarting its API server");
    }

    @Override
    public void restartEtcd() {
        throw unsupported("restarting its etcd");
    }

    @Override
    public void stopNode(String node) {
        throw unsupported("stopping " + node);
    }

    @Override
    public void startNode(String node) {
        throw unsupported("starting " + node);
    }

    @Override
    public Map<String, Long> processes() {
        return Map.of();
    }

    @Override
    public String diagnosis() {
        return "An existing cluster: its components' logs are not ours to read.\n";
    }

    /** The client's own words name only the call; what came of it is said by the first cause. */
    private static String reason(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return String.valueOf(first.getMessage());
    }

    private static UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("An existing cluster does not allow " + what + ".");
    }
}
