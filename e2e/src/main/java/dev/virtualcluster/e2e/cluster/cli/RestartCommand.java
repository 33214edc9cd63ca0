// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.SuperCluster;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "restart", description = "End a part of the control plane hard and start it again.")
final class RestartCommand implements Callable<Integer> {
    enum Part {
        apiserver,
        etcd
    }

    @Parameters(description = "apiserver or etcd")
    private Part part = Part.apiserver;

    @Override
    public Integer call() {
        SuperCluster cluster = Context.ofThisProcess().cluster();
        switch (part) {
            case apiserver -> cluster.restartApiServer();
            case etcd -> cluster.restartEtcd();
        }
        return 0;
    }
}
