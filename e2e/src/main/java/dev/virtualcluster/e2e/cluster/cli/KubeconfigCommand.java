// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "kubeconfig", description = "Print the path of the administrator's kubeconfig.")
final class KubeconfigCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.out.println(Context.ofThisProcess().cluster().kubeconfig());
        return 0;
    }
}
