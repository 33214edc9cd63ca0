// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the command line; ends with 0 when it worked, 1 when it could not, 2 when it was misused. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description =
                "The super cluster on this machine. PROVIDER, NODES, KUBECONFIG and FORCE are read from the environment.",
        subcommands = {
            PrepareCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            ImportCommand.class,
            ConformanceImagesCommand.class,
            KubeconfigCommand.class,
            NodeCommand.class,
            RestartCommand.class,
            ShellCommand.class
        })
public final class ClusterMain {
    private ClusterMain() {}

    /** Runs one command. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new ClusterMain());
        line.setExecutionExceptionHandler(new PlainErrors());
        System.exit(line.execute(arguments));
    }
}
