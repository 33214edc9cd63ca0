// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.KubeconfigClient;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Provider;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The running local cluster as suites see it. Faults are kept apart from other commands by the machine's lock. */
final class LocalSuperCluster implements SuperCluster {
    private static final int DIAGNOSIS_LINES = 40;

    private final Installation installation;
    private final Path kubeconfig;
    private final Progress progress;

    LocalSuperCluster(Installation installation, Path kubeconfig, Progress progress) {
        this.installation = installation;
        this.kubeconfig = kubeconfig;
        this.progress = progress;
    }

    @Override
    public Provider provider() {
        return Provider.LOCAL;
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
        return installation.nodes.stream().map(Node::name).toList();
    }

    @Override
    public boolean can(Ability ability) {
        return true;
    }

    @Override
    public void importImage(Path tar) {
        ArchiveContent archive = ArchiveContent.read(tar);
        exclusively("import of " + tar, () -> {
            for (Node node : installation.nodes) {
                if (node.machine().isRunning()) {
                    List<String> imported = node.images().ensure(List.of(archive));
                    progress.say(node.name() + ": " + String.join(", ", archive.names())
                            + (imported.isEmpty() ? " is there already" : " imported"));
                }
            }
        });
    }

    @Override
    public void restartApiServer() {
        restart(installation.plane.apiServer());
    }

    @Override
    public void restartEtcd() {
        restart(installation.plane.etcd());
    }

    private void restart(Component component) {
        exclusively("restart of " + component.name(), () -> {
            component.stop();
            component.ensureRunning();
            installation.awaitApiServer();
        });
    }

    @Override
    public void stopNode(String name) {
        Node node = node(name);
        exclusively("stop of " + name, () -> installation.stopNode(node));
    }

    @Override
    public void startNode(String name) {
        Node node = node(name);
        exclusively("start of " + name, () -> installation.startNode(node));
    }

    private Node node(String name) {
        return installation.nodes.stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new ClusterException("There is no node '" + name + "'; there are: " + nodes() + "."));
    }

    @Override
    public Map<String, Long> processes() {
        Map<String, Long> pids = new LinkedHashMap<>();
        for (String component : StatusReport.components(installation.nodes.size())) {
            Optional<ProcessRecord> record = ProcessRecord.read(installation.state, component);
            record.map(ProcessRecord::programPid).ifPresent(pid -> pid.ifPresent(id -> pids.put(component, id)));
        }
        return pids;
    }

    @Override
    public String diagnosis() {
        List<String> parts = new ArrayList<>();
        for (String component : StatusReport.components(installation.nodes.size())) {
            parts.add("==== " + component + " ====\n" + LogTail.of(installation.state.log(component), DIAGNOSIS_LINES));
        }
        return String.join("\n\n", parts) + "\n";
    }

    private void exclusively(String purpose, Background.Work work) {
        MachineLock.holding(purpose, progress, () -> {
            Background.runHere(work);
            return this;
        });
    }
}
