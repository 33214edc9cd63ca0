// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

/**
 * Where pods of a tenant reach its API server: the address and port of the tenant's Service {@code default/kubernetes}.
 *
 * @param host an IP address, an IPv6 one without brackets
 */
public record ApiServerAddress(String host, int port) {
    public ApiServerAddress {
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException("not an address: " + host + " port " + port);
        }
    }

    /** Host and port as a URL holds them. */
    String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
