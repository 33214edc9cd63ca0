// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.util.List;

/**
 * What a node is called: the names that its serving certificate may hold.
 *
 * @param ips its internal IP addresses, which is what tenants' API servers dial
 * @param names its host names
 */
record NodeAddresses(List<String> ips, List<String> names) {
    NodeAddresses {
        ips = List.copyOf(ips);
        names = List.copyOf(names);
    }

    /** Of a Node's status. */
    static NodeAddresses of(Node node) {
        List<NodeAddress> all =
                node.getStatus() == null ? List.of() : node.getStatus().getAddresses();
        return new NodeAddresses(of(all, "InternalIP"), of(all, "Hostname"));
    }

    private static List<String> of(List<NodeAddress> all, String type) {
        return all.stream()
                .filter(address -> type.equals(address.getType()))
                .map(NodeAddress::getAddress)
                .toList();
    }
}
