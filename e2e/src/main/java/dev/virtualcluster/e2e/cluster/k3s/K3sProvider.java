// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.k3s;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.ClusterProvider;
import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import dev.virtualcluster.e2e.cluster.Versions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * k3s in Docker. Testcontainers keeps the container after this process only where reuse is allowed: the Makefile sets
 * {@code TESTCONTAINERS_REUSE_ENABLE=true}; without it the cluster ends with this process.
 */
public final class K3sProvider implements ClusterProvider {
    private static final String LABEL = "dev.virtualcluster.checkout";

    @Override
    public SuperCluster up(ClusterSettings settings, Progress progress) {
        requireDocker();
        if (settings.nodes().orElse(1) > 1) {
            progress.say("k3s in a container has one node: NODES is not heeded");
        }
        // Not closed here: it is the cluster.
        K3sContainer container = new K3sContainer(
                DockerImageName.parse(Versions.load().image("k3s")).asCompatibleSubstituteFor("rancher/k3s"));
        container.withReuse(true).withLabel(LABEL, settings.checkout().toString());
        progress.say("starting k3s in Docker (" + container.getDockerImageName() + ")");
        container.start();
        Path kubeconfig = settings.kubeconfig();
        try {
            Files.createDirectories(kubeconfig.resolveSibling("."));
            Files.writeString(kubeconfig, container.getKubeConfigYaml());
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + kubeconfig, e);
        }
        return new K3sCluster(container, kubeconfig);
    }

    @Override
    public SuperCluster attach(ClusterSettings settings, Progress progress) {
        requireDocker();
        if (containers(settings).isEmpty()) {
            throw new ClusterException(
                    "No k3s of " + settings.checkout() + " is running: start it with 'make cluster'.");
        }
        return up(settings, progress);
    }

    @Override
    public void down(ClusterSettings settings, Progress progress) {
        requireDocker();
        DockerClient docker = docker();
        for (Container container : containers(settings)) {
            progress.say("removing k3s container " + container.getId());
            docker.removeContainerCmd(container.getId())
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        }
        try {
            Files.deleteIfExists(settings.kubeconfig());
        } catch (IOException e) {
            throw new UncheckedIOException("removing " + settings.kubeconfig(), e);
        }
    }

    @Override
    public String status(ClusterSettings settings) {
        requireDocker();
        List<Container> found = containers(settings);
        return found.isEmpty()
                ? "No k3s of " + settings.checkout() + " is running.\n"
                : "k3s: container " + found.getFirst().getId() + ", "
                        + found.getFirst().getStatus() + "\n";
    }

    @Override
    public List<Path> logs(ClusterSettings settings, String component) {
        throw new ClusterException("k3s logs to its container: docker logs <container>.");
    }

    private static List<Container> containers(ClusterSettings settings) {
        return docker().listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(LABEL, settings.checkout().toString()))
                .exec();
    }

    /** Testcontainers' own client, which lives as long as this process. */
    private static DockerClient docker() {
        return DockerClientFactory.lazyClient();
    }

    private static void requireDocker() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new ClusterException("PROVIDER=k3s needs a Docker engine, and none answers: start Docker, or use"
                    + " PROVIDER=local as root, or PROVIDER=existing with KUBECONFIG.");
        }
    }
}
