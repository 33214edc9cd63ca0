// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.Provider;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import dev.virtualcluster.e2e.cluster.local.ConformanceArchives;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "conformance-images", description = "Make the images of upstream's conformance tests and import them.")
final class ConformanceImagesCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Context context = Context.ofThisProcess();
        if (context.settings().provider() != Provider.LOCAL) {
            context.progress()
                    .say("the tests' images are not made here: the nodes of this cluster pull them themselves");
            return 0;
        }
        SuperCluster cluster = context.cluster();
        ConformanceArchives.prepare(context.settings().checkout(), context.progress())
                .forEach(cluster::importImage);
        return 0;
    }
}
