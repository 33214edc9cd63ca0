// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.requests;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** An API server gave no answer: whether the request took effect is unknown. */
public final class UnreachableException extends KubernetesClientException {
    private final String server;

    UnreachableException(KubernetesClient client, String message, Throwable cause) {
        super(message, cause);
        this.server = client.getMasterUrl().toString();
    }

    /** URL of the server that was asked. */
    public String server() {
        return server;
    }
}
