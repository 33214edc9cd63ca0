// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "status", description = "Say what runs, whose it is, and since when.")
final class StatusCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Context context = Context.ofThisProcess();
        System.out.print(context.provider().status(context.settings()));
        return 0;
    }
}
