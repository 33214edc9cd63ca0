// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.HelperProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs the small system programs the local cluster is put together with ({@code ip}, {@code nft}, {@code ctr}). */
final class Commands {
    private Commands() {}

    /** What a finished program left: its exit code and both its outputs together. */
    record Finished(int code, String output) {
        boolean succeeded() {
            return code == 0;
        }
    }

    /** Runs a program to its end and returns its output; fails with the program's own words. */
    static String run(String... command) {
        return run(List.of(command), "");
    }

    static String run(List<String> command, String input) {
        return checked(command, tryRun(command, input));
    }

    /** The output of a program that succeeded; otherwise a failure with the program's own words. */
    static String checked(List<String> command, Finished finished) {
        if (!finished.succeeded()) {
            throw new ClusterException("'" + String.join(" ", command) + "' failed with code " + finished.code() + ": "
                    + finished.output().strip());
        }
        return finished.output();
    }

    static Finished tryRun(String... command) {
        return tryRun(List.of(command), "");
    }

    static Finished tryRun(List<String> command, String input) {
        return tryRun(new ProcessBuilder(command), input);
    }

    /** Runs a program that works for long and writes: the next command ends it if this one is killed. */
    static Finished tryRunHelper(List<String> command) {
        return tryRun(HelperProcess.of(command), "");
    }

    private static Finished tryRun(ProcessBuilder builder, String input) {
        List<String> command = builder.command();
        try {
            Process process = builder.redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The program ended without reading: its exit code and words say why.
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Finished(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("starting " + command.getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while running '" + String.join(" ", command) + "'.", e);
        }
    }
}
