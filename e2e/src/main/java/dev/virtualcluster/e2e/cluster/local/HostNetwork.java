// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the cluster adds to the host's own network: a bridge, a cable per node, routes to pods and services, one packet
 * table that hides pod addresses towards other networks, and forwarding between interfaces.
 */
final class HostNetwork {
    private static final List<String> SERVICE_NETWORKS =
            List.of(Addresses.SERVICE_NETWORK, Addresses.TENANT_SERVICE_NETWORK);
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    private final StateFolder state;

    HostNetwork(StateFolder state) {
        this.state = state;
    }

    /** Makes bridge, packet table and forwarding as they should be; does nothing where they are. */
    void ensureBridge() {
        if (!exists(Addresses.BRIDGE)) {
            Commands.run("ip", "link", "add", Addresses.BRIDGE, "type", "bridge");
            Commands.run("ip", "link", "set", Addresses.BRIDGE, "alias", Addresses.NFT_TABLE);
        }
        Commands.run("ip", "addr", "replace", Addresses.HOST + "/24", "dev", Addresses.BRIDGE);
        Commands.run("ip", "link", "set", Addresses.BRIDGE, "up");
        Commands.run(List.of("nft", "-f", "-"), """
                add table ip %1$s
                delete table ip %1$s
                table ip %1$s {
                  chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    ip saddr { %2$s, %3$s } oifname != "%4$s" masquerade
                  }
                }
                """.formatted(
                        Addresses.NFT_TABLE, Addresses.NODE_NETWORK, Addresses.POD_NETWORK, Addresses.BRIDGE));
        try {
            String before = Files.readString(FORWARDING).strip();
            if (!before.equals("1")) {
                Files.writeString(savedForwarding(), before);
                Files.writeString(FORWARDING, "1");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("switching on IP forwarding", e);
        }
    }

    /** Joins a booted machine to the bridge and gives it its address and routes. */
    void connect(Node node) {
        int number = node.number();
        String cable = Addresses.cable(number);
        if (exists(cable)) {
            Commands.run("ip", "link", "del", cable);
        }
        Commands.run(
                "ip",
                "link",
                "add",
                cable,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                Long.toString(node.machine().init()));
        Commands.run("ip", "link", "set", cable, "master", Addresses.BRIDGE, "up");
        StringBuilder batch = new StringBuilder();
        batch.append("addr add ").append(Addresses.node(number)).append("/24 dev eth0\nlink set eth0 up\n");
        batch.append("route add default via ").append(Addresses.HOST).append('\n');
        for (int other = 1; other <= Addresses.MAX_NODES; other++) {
            if (other != number) {
                batch.append("route add ").append(Addresses.podNetwork(other));
                batch.append(" via ").append(Addresses.node(other)).append('\n');
            }
        }
        node.machine().inNetwork(List.of("ip", "-batch", "-"), batch.toString());
        node.machine()
                .inNetwork(
                        List.of(
                                "sh",
                                "-c",
                                "echo 1 > /proc/sys/net/ipv4/ip_forward;"
                                        + " for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $f; done"),
                        "");
        Commands.run(
                "ip",
                "route",
                "replace",
                Addresses.podNetwork(number),
                "via",
                Addresses.node(number),
                "dev",
                Addresses.BRIDGE);
    }

    /** Whether the node's end of its cable has been configured; the last thing that is done to it tells. */
    boolean isConnected(Node node) {
        return exists(Addresses.cable(node.number()))
                && Commands.run("ip", "-4", "route", "show", Addresses.podNetwork(node.number()))
                        .contains(Addresses.node(node.number()));
    }

    /** Whether the host reaches services through this node. */
    boolean isServiceRoute(Node node) {
        return SERVICE_NETWORKS.stream()
                .allMatch(network -> (Commands.run("ip", "-4", "route", "show", network) + " ")
                        .contains(" via " + Addresses.node(node.number()) + " "));
    }

    /** Lets the host reach services through a node that runs: its kube-proxy forwards to the pods. */
    void routeServices(Node through) {
        for (String network : SERVICE_NETWORKS) {
            Commands.run(
                    "ip",
                    "route",
                    "replace",
                    network,
                    "via",
                    Addresses.node(through.number()),
                    "dev",
                    Addresses.BRIDGE);
        }
    }

    /** Removes everything; idempotent. The routes go with the bridge. */
    void remove() {
        for (int number = 1; number <= Addresses.MAX_NODES; number++) {
            if (exists(Addresses.cable(number))) {
                Commands.tryRun("ip", "link", "del", Addresses.cable(number));
            }
        }
        if (exists(Addresses.BRIDGE) && isOurs(Addresses.BRIDGE)) {
            Commands.run("ip", "link", "del", Addresses.BRIDGE);
        }
        if (hasPacketTable()) {
            Commands.run("nft", "delete", "table", "ip", Addresses.NFT_TABLE);
        }
        try {
            if (Files.exists(savedForwarding())) {
                Files.writeString(FORWARDING, Files.readString(savedForwarding()));
                Files.delete(savedForwarding());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("restoring IP forwarding", e);
        }
    }

    static boolean hasPacketTable() {
        return hasPacketTable(DebianPackages.NFT);
    }

    /** On a fresh machine, leftovers are looked for before {@code nft} is installed, without which nobody makes tables. */
    static boolean hasPacketTable(Path nft) {
        if (!Files.exists(nft)) {
            return false;
        }
        Commands.Finished tables = Commands.tryRun("nft", "list", "tables");
        return tables.succeeded()
                && tables.output().lines().anyMatch(line -> line.strip().equals("table ip " + Addresses.NFT_TABLE));
    }

    static boolean exists(String link) {
        return Files.exists(Path.of("/sys/class/net", link));
    }

    /**
     * Our bridge carries a mark, because a name alone proves nothing. One with our name that is down and empty is what a
     * killed run left before it could mark it.
     */
    static boolean isOurs(String link) {
        Path device = Path.of("/sys/class/net", link);
        try {
            String alias = Files.readString(device.resolve("ifalias")).strip();
            boolean unused =
                    Files.readString(device.resolve("operstate")).strip().equals("down")
                            && Directories.isEmpty(device.resolve("brif"));
            return alias.equals(Addresses.NFT_TABLE) || (alias.isEmpty() && unused);
        } catch (IOException e) {
            return false;
        }
    }

    private Path savedForwarding() {
        return state.root().resolve("ip_forward.before");
    }
}
