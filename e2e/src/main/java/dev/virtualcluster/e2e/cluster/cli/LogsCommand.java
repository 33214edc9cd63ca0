// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Print the end of a component's log, or of all.")
final class LogsCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", defaultValue = "", description = "for example apiserver or node1/kubelet")
    private String component = "";

    @Option(names = "--lines", defaultValue = "50", description = "lines of each log")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "go on printing what is added")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Context context = Context.ofThisProcess();
        List<Path> files = context.provider().logs(context.settings(), component);
        List<String> command = new ArrayList<>(List.of("tail", "-n", Integer.toString(lines)));
        if (follow) {
            command.add("-F");
        }
        files.forEach(file -> command.add(file.toString()));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
