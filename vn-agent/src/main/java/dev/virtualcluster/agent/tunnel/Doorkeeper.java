// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import java.util.HashMap;
import java.util.Map;

/**
 * Bounds connections before anybody has shown who he is: the agent's port is open to every pod of the cluster, and an unfinished
 * handshake costs memory. Counts all connections, and those of each address that are still unknown. Thread safe.
 */
final class Doorkeeper {
    private final int mostConnections;
    private final int mostNewcomersPerAddress;
    private final Map<String, Integer> newcomers = new HashMap<>();
    private int connections;

    Doorkeeper(int mostConnections, int mostNewcomersPerAddress) {
        this.mostConnections = mostConnections;
        this.mostNewcomersPerAddress = mostNewcomersPerAddress;
    }

    /** Lets a connection in as a newcomer, or not. */
    synchronized boolean admit(String address) {
        int unknown = newcomers.getOrDefault(address, 0);
        if (connections >= mostConnections || unknown >= mostNewcomersPerAddress) {
            return false;
        }
        connections++;
        newcomers.put(address, unknown + 1);
        return true;
    }

    /** The newcomer is known now, or gone: once for each admitted connection. */
    synchronized void introduced(String address) {
        newcomers.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
    }

    /** The connection is gone: once for each admitted connection. */
    synchronized void left() {
        connections--;
    }

    /** How many connections there are. */
    synchronized int connections() {
        return connections;
    }
}
