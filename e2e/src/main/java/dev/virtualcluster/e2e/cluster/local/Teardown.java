// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Removes all that the cluster made on this machine: processes, mounts, interfaces, packet tables, control groups and
 * files. It works from what it finds by our marks, never from what a run remembered, so it may be called at any time and
 * any number of times.
 */
final class Teardown {
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(30);

    private final StateFolder state;
    private final Progress progress;

    Teardown(StateFolder state, Progress progress) {
        this.state = state;
        this.progress = progress;
    }

    void run() {
        killProcesses();
        unmount();
        new HostNetwork(state).remove();
        removeControlGroups();
        try {
            Directories.empty(state.root());
            // Somebody may have given the cluster a disk of its own; that stays.
            if (!Mounts.isMountPoint(state.root())) {
                Directories.delete(state.root());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("removing " + state.root(), e);
        }
    }

    private void killProcesses() {
        Set<Long> found = ProcessTable.of(state);
        if (found.isEmpty()) {
            return;
        }
        progress.say("ending " + found.size() + " processes");
        // A machine's process 1 takes everything in its namespaces along; the loop is for what is outside of any.
        boolean gone = Waiting.within(DEATH_LIMIT, () -> {
            Set<Long> left = ProcessTable.of(state);
            left.forEach(ProcessTable::kill);
            return left.isEmpty();
        });
        if (!gone) {
            Set<Long> left = ProcessTable.of(state);
            long first = left.iterator().next();
            throw new ClusterException(
                    left.size() + " processes of the local cluster do not end although killed, first " + first + " ("
                            + ProcessTable.commandLine(first) + "); try again in a minute, or restart this machine.");
        }
    }

    private void unmount() {
        for (Path point : Mounts.below(state.root())) {
            Commands.run("umount", "--lazy", point.toString());
        }
    }

    private static void removeControlGroups() {
        ControlGroups groups = ControlGroups.ofThisMachine();
        Waiting.until(
                Duration.ofSeconds(10),
                groups::remove,
                () -> "Control groups are still in use: "
                        + ControlGroups.ofThisMachine().existing() + ".");
    }
}
