// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.SuperCluster;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "node", description = "Take a node's power away, or boot it again.")
final class NodeCommand implements Callable<Integer> {
    enum Action {
        stop,
        start
    }

    @Parameters(index = "0", description = "stop or start")
    private Action action = Action.start;

    @Parameters(index = "1", description = "for example node2")
    private String node = "";

    @Override
    public Integer call() {
        SuperCluster cluster = Context.ofThisProcess().cluster();
        switch (action) {
            case stop -> cluster.stopNode(node);
            case start -> cluster.startNode(node);
        }
        return 0;
    }
}
