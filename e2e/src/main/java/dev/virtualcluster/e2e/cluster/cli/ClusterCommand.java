// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.local.LocalCluster;
import java.nio.file.Path;

/** Temporary entry point. */
public final class ClusterCommand {
    private ClusterCommand() {}

    public static void main(String[] args) throws Exception {
        Progress progress = Progress.toTerminal();
        if (args[0].equals("up")) {
            LocalCluster.up(Path.of(args[1]), Integer.parseInt(args[2]), progress);
            progress.say("up");
        } else {
            LocalCluster.down(progress);
            progress.say("down");
        }
    }
}
