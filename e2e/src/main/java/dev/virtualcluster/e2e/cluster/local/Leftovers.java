// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Finds everything on this machine that bears our marks, whether a cluster lives or not; changes nothing. */
final class Leftovers {
    private final StateFolder state;

    Leftovers(StateFolder state) {
        this.state = state;
    }

    /** One line per thing found. */
    List<String> find() {
        List<String> found = new ArrayList<>();
        ProcessTable.of(state).forEach(pid -> found.add("process " + pid + " (" + ProcessTable.commandLine(pid) + ")"));
        Mounts.below(state.root()).forEach(point -> found.add("mount " + point));
        for (int number = 1; number <= Addresses.MAX_NODES; number++) {
            if (HostNetwork.exists(Addresses.cable(number))) {
                found.add("interface " + Addresses.cable(number));
            }
        }
        if (HostNetwork.exists(Addresses.BRIDGE) && HostNetwork.isOurs(Addresses.BRIDGE)) {
            found.add("interface " + Addresses.BRIDGE);
        }
        if (HostNetwork.hasPacketTable()) {
            found.add("packet table ip " + Addresses.NFT_TABLE);
        }
        ControlGroups.ofThisMachine().existing().forEach(group -> found.add("control group " + group));
        try {
            boolean bareMount = Mounts.isMountPoint(state.root()) && Directories.isEmpty(state.root());
            if (Files.exists(state.root()) && !bareMount) {
                found.add("folder " + state.root());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("looking into " + state.root(), e);
        }
        return found;
    }
}
