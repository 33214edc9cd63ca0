// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.kubelet;

/**
 * Where the node's kubelet listens.
 *
 * @param host the node's internal IP address
 * @param port the kubelet's port
 */
public record KubeletAddress(String host, int port) {
    public KubeletAddress {
        if (host.isBlank() || port < 1 || port > 65535) {
            throw new IllegalArgumentException("not a kubelet's address: " + host + " port " + port);
        }
    }

    /** As it stands in a Host header. */
    public String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
