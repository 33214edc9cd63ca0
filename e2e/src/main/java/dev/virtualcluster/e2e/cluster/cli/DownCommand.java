// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Provider;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "down", description = "Remove the cluster and everything it made on this machine.")
final class DownCommand implements Callable<Integer> {
    @Option(names = "--force", description = "also when the cluster is another checkout's")
    private boolean force;

    @Override
    public Integer call() {
        Context context = Context.ofThisProcess();
        ClusterSettings settings = force ? context.settings().withForce() : context.settings();
        context.provider().down(settings, context.progress());
        if (settings.provider() != Provider.EXISTING) {
            context.progress().say("the cluster is down; nothing of it is left");
        }
        return 0;
    }
}
