// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "shell", description = "Open a shell, or run a command, inside a node's namespaces.")
final class ShellCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "for example node1, or control")
    private String machine = "";

    @Parameters(index = "1..*", arity = "0..*", description = "a command; without it a shell")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        SuperCluster cluster = Context.ofThisProcess().cluster();
        Long init = cluster.processes().get("machine-" + machine);
        if (init == null) {
            throw new ClusterException("There is no running machine '" + machine + "' on this host.");
        }
        List<String> enter = new ArrayList<>(List.of("nsenter", "--target", Long.toString(init)));
        enter.addAll(List.of("--mount", "--pid", "--net", "--uts", "--ipc", "--"));
        enter.addAll(command.isEmpty() ? List.of("/bin/bash") : command);
        return new ProcessBuilder(enter).inheritIO().start().waitFor();
    }
}
