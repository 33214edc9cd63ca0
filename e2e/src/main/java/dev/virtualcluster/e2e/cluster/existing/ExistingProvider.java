// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.existing;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.ClusterProvider;
import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Uses the cluster that {@code KUBECONFIG} points at, with the rights that kubeconfig has. */
public final class ExistingProvider implements ClusterProvider {
    private final Map<String, String> environment;

    public ExistingProvider() {
        this(System.getenv());
    }

    /** For a {@code KUBECONFIG} other than this process's. */
    public ExistingProvider(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public SuperCluster up(ClusterSettings settings, Progress progress) {
        return attach(settings, progress);
    }

    @Override
    public SuperCluster attach(ClusterSettings settings, Progress progress) {
        ExistingCluster cluster = new ExistingCluster(kubeconfig());
        progress.say("using the cluster of " + cluster.kubeconfig() + ", with nodes " + cluster.nodes());
        return cluster;
    }

    @Override
    public void down(ClusterSettings settings, Progress progress) {
        progress.say(
                "the cluster of KUBECONFIG was not made by this tool: it is left as it is; what the demonstration made"
                        + " there goes with 'kubectl delete virtualclusters --all -n tenants', and when they are gone 'helm"
                        + " uninstall virtualcluster -n vc-system'");
    }

    @Override
    public String status(ClusterSettings settings) {
        ExistingCluster cluster = new ExistingCluster(kubeconfig());
        return "Existing cluster of " + cluster.kubeconfig() + ", nodes " + cluster.nodes() + "\n";
    }

    @Override
    public List<Path> logs(ClusterSettings settings, String component) {
        throw new ClusterException("The logs of an existing cluster are where its makers put them.");
    }

    private Path kubeconfig() {
        String value = environment.getOrDefault("KUBECONFIG", "");
        if (value.isBlank()) {
            throw new ClusterException("PROVIDER=existing needs KUBECONFIG: set it to the kubeconfig of your cluster.");
        }
        Path file = Path.of(value).toAbsolutePath();
        if (!Files.isReadable(file)) {
            throw new ClusterException("KUBECONFIG=" + value + " cannot be read: point it at one file.");
        }
        return file;
    }
}
