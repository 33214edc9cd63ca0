// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks, before anything is made, whether something that is not ours is where the cluster wants to be: its bridge name,
 * its networks, its ports.
 */
final class ForeignTraces {
    private ForeignTraces() {}

    /** A sentence about the first thing in the way; empty when there is none. */
    static Optional<String> find() {
        if (HostNetwork.exists(Addresses.BRIDGE) && !HostNetwork.isOurs(Addresses.BRIDGE)) {
            return Optional.of("The network interface " + Addresses.BRIDGE
                    + " exists and was not made by this tool: remove it (ip link del " + Addresses.BRIDGE
                    + ") or end what uses it.");
        }
        List<String> routes = Commands.run("ip", "-4", "route", "show", "table", "all")
                .lines()
                .toList();
        return overlappingRoute(routes).or(() -> occupiedPort(Listeners.read()));
    }

    static Optional<String> overlappingRoute(List<String> routes) {
        for (String route : routes) {
            String[] words = route.strip().split("\\s+", -1);
            boolean typed = Set.of("local", "broadcast", "unreachable", "blackhole", "throw")
                    .contains(words[0]);
            String destination = typed && words.length > 1 ? words[1] : words[0];
            if (destination.equals("default") || route.contains("dev " + Addresses.BRIDGE)) {
                continue;
            }
            for (String ours : List.of(
                    Addresses.NODE_NETWORK,
                    Addresses.POD_NETWORK,
                    Addresses.SERVICE_NETWORK,
                    Addresses.TENANT_SERVICE_NETWORK)) {
                if (Networks.overlap(ours, destination)) {
                    return Optional.of("The route '" + route.strip() + "' overlaps the local cluster's network " + ours
                            + ": another cluster or a VPN uses it; end that first, or use PROVIDER=existing with its"
                            + " KUBECONFIG.");
                }
            }
        }
        return Optional.empty();
    }

    static Optional<String> occupiedPort(List<Listeners.Listener> listeners) {
        for (Listeners.Listener listener : listeners) {
            boolean server = listener.port() == Addresses.API_SERVER_PORT
                    && (listener.isAnyAddress() || listener.address().equals(Addresses.HOST));
            boolean loopback = Set.of(
                                    Addresses.ETCD_PORT,
                                    Addresses.ETCD_PEER_PORT,
                                    Addresses.CONTROLLER_MANAGER_PORT,
                                    Addresses.SCHEDULER_PORT)
                            .contains(listener.port())
                    && (listener.isAnyAddress() || listener.address().equals("127.0.0.1"));
            if (server || loopback) {
                List<String> who = new ArrayList<>();
                Listeners.owner(listener)
                        .ifPresent(pid -> who.add("process " + pid + ", " + ProcessTable.commandLine(pid)));
                return Optional.of("Port " + listener.port() + " of " + listener.address() + " is taken"
                        + (who.isEmpty() ? "" : " (" + who.getFirst() + ")")
                        + ": the local cluster needs it; end that process first.");
            }
        }
        return Optional.empty();
    }
}
