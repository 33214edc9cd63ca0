// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "prepare", description = "Fetch and make what a cluster needs from outside; start nothing.")
final class PrepareCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Context context = Context.ofThisProcess();
        context.provider().prepare(context.settings(), context.progress());
        return 0;
    }
}
