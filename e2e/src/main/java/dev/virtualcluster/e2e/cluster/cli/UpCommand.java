// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "up", description = "Bring the cluster up, or find it up; what died is started again.")
final class UpCommand implements Callable<Integer> {
    @Option(names = "--nodes", description = "1 to 3 nodes; without it a running cluster stays, and a new one has 2")
    private @Nullable Integer nodes;

    @Option(names = "--force", description = "take the place of another checkout's cluster")
    private boolean force;

    @Override
    public Integer call() {
        Context context = Context.ofThisProcess();
        ClusterSettings settings = context.settings();
        settings = nodes == null ? settings : settings.withNodes(nodes);
        settings = force ? settings.withForce() : settings;
        SuperCluster cluster = context.provider().up(settings, context.progress());
        context.progress().say("the cluster is up, with nodes " + String.join(", ", cluster.nodes()));
        System.out.println("export KUBECONFIG=" + cluster.kubeconfig());
        return 0;
    }
}
