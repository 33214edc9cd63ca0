// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import dev.virtualcluster.agent.http.Headers;
import java.util.Optional;

/** What a request asks for, in the tenant's names. */
public sealed interface Call {
    /** Which endpoint. */
    Endpoint endpoint();

    /** Is the agent there, and am I known to it? */
    record Health() implements Call {
        @Override
        public Endpoint endpoint() {
            return Endpoint.HEALTH;
        }
    }

    /**
     * Something of a pod.
     *
     * @param endpoint which endpoint
     * @param method the HTTP method
     * @param pod the pod, as the tenant names it
     * @param container the container; absent only for port-forwarding
     * @param query the query, checked and written anew
     * @param upgrade the protocol asked for; absent only where there is none
     * @param headers the request's headers that may go on to the kubelet
     */
    record OfPod(
            Endpoint endpoint,
            String method,
            PodReference pod,
            Optional<String> container,
            String query,
            Optional<UpgradeProtocol> upgrade,
            Headers headers)
            implements Call {}
}
