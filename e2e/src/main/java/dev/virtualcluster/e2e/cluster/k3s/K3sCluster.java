// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.k3s;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.KubeconfigClient;
import dev.virtualcluster.e2e.cluster.Provider;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.MountableFile;

/** One k3s container as suites see it: API server, etcd's stand-in and node are one process there. */
final class K3sCluster implements SuperCluster {
    private static final int LOG_END = 20_000;

    private final K3sContainer container;
    private final Path kubeconfig;

    K3sCluster(K3sContainer container, Path kubeconfig) {
        this.container = container;
        this.kubeconfig = kubeconfig;
    }

    @Override
    public Provider provider() {
        return Provider.K3S;
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
            return client.nodes().list().getItems().stream()
                    .map(node -> node.getMetadata().getName())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public boolean can(Ability ability) {
        return ability == Ability.IMPORT_IMAGE;
    }

    @Override
    public void importImage(Path tar) {
        String inside = "/tmp/" + tar.getFileName();
        container.copyFileToContainer(MountableFile.forHostPath(tar), inside);
        try {
            ExecResult result = container.execInContainer("ctr", "--namespace", "k8s.io", "images", "import", inside);
            if (result.getExitCode() != 0) {
                throw new ClusterException(
                        "k3s did not import " + tar + ": " + result.getStderr().strip());
            }
            container.execInContainer("rm", "-f", inside);
        } catch (IOException e) {
            throw new UncheckedIOException("importing " + tar, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while importing " + tar + ".", e);
        }
    }

    @Override
    public void restartApiServer() {
        throw unsupported("its API server alone be restarted");
    }

    @Override
    public void restartEtcd() {
        throw unsupported("its store alone be restarted");
    }

    @Override
    public void stopNode(String node) {
        throw unsupported("its only node be stopped");
    }

    @Override
    public void startNode(String node) {
        throw unsupported("its only node be started");
    }

    @Override
    public Map<String, Long> processes() {
        return Map.of();
    }

    @Override
    public String diagnosis() {
        String logs = container.getLogs();
        return logs.substring(Math.max(0, logs.length() - LOG_END));
    }

    private static UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("k3s in a container does not let " + what + ".");
    }
}
