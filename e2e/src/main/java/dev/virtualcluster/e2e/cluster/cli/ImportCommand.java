// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.SuperCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "import", description = "Put the images of tar archives (Docker or OCI) on every node.")
final class ImportCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", description = "archives")
    private List<Path> archives = new ArrayList<>();

    @Override
    public Integer call() {
        Context context = Context.ofThisProcess();
        SuperCluster cluster = context.cluster();
        if (!cluster.can(SuperCluster.Ability.IMPORT_IMAGE)) {
            context.progress()
                    .say(
                            "images are not imported: the nodes of this cluster pull them; push ours to a registry and name it"
                                    + " with REGISTRY=registry.example.com/path, or the chart's own is used");
            return 0;
        }
        archives.forEach(cluster::importImage);
        return 0;
    }
}
