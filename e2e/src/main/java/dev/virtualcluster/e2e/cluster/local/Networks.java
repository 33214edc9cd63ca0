// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

/** Arithmetic on IPv4 networks in CIDR notation; an address alone is a network of one. */
final class Networks {
    private Networks() {}

    static boolean overlap(String one, String other) {
        int prefix = Math.min(prefix(one), prefix(other));
        int mask = prefix == 0 ? 0 : -1 << (32 - prefix);
        return (address(one) & mask) == (address(other) & mask);
    }

    private static int prefix(String network) {
        int slash = network.indexOf('/');
        return slash < 0 ? 32 : Integer.parseInt(network.substring(slash + 1));
    }

    private static int address(String network) {
        int slash = network.indexOf('/');
        int value = 0;
        for (String part : (slash < 0 ? network : network.substring(0, slash)).split("\\.", -1)) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }
}
