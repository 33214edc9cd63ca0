// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.demo.StepFailedException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Ends a command with 1 and one sentence where the failure is of a known kind; anything else is ours, with its stack trace. */
public final class PlainErrors implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult result) {
        switch (failure) {
            case ClusterException e -> say(command, e);
            case StepFailedException e -> say(command, e);
            // What a provider's cluster cannot do.
            case UnsupportedOperationException e when e.getMessage() != null -> say(command, e);
            case KubernetesClientException e ->
                command.getErr().println("The cluster does not do what it was asked: " + e.getMessage());
            default -> failure.printStackTrace(command.getErr());
        }
        return 1;
    }

    private static void say(CommandLine command, Exception failure) {
        command.getErr().println(failure.getMessage());
    }
}
