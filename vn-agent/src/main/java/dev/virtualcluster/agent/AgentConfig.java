// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent;

import dev.virtualcluster.agent.kubelet.KubeletAddress;
import dev.virtualcluster.agent.tunnel.Limits;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The agent's settings, as types.
 *
 * @param nodeName the node it runs on
 * @param kubelet that node's kubelet; never read from the API
 * @param kubeletCaFile CA of the kubelet's serving certificate
 * @param clientCaFile CA of tenants' API servers
 * @param tokenFile the agent's service-account token
 * @param kubeconfig the super cluster, or null for the pod's own account
 * @param listen where tenants' API servers connect to
 * @param health where health and metrics are served
 * @param certificateLifetime asked for serving certificates
 * @param drainTimeout how long running calls may go on when the agent is stopped
 * @param limits bounds
 */
record AgentConfig(
        String nodeName,
        KubeletAddress kubelet,
        Path kubeletCaFile,
        Path clientCaFile,
        Path tokenFile,
        @Nullable Path kubeconfig,
        Endpoint listen,
        Endpoint health,
        Duration certificateLifetime,
        Duration drainTimeout,
        Limits limits) {
    /**
     * An address to listen on.
     *
     * @param host the interface's address
     * @param port the port; 0 lets the system choose
     */
    record Endpoint(String host, int port) {}

    AgentConfig {
        if (nodeName.isBlank()) {
            throw new IllegalArgumentException("the node's name is empty");
        }
        if (certificateLifetime.compareTo(Duration.ofMinutes(10)) < 0) {
            // What the API server itself demands of spec.expirationSeconds.
            throw new IllegalArgumentException("--certificate-lifetime must be at least 10 minutes");
        }
    }
}
