// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.requests.UnreachableException;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Asks an API server for something that it must read from its etcd: with a dead one it still tells its version. */
final class EtcdProbe {
    private static final ObjectKey ALWAYS_THERE = ObjectKey.clusterScoped("default");

    private EtcdProbe() {}

    /**
     * Whether it can; false when it says that it fails. Blocks for as long as a request may take, and throws
     * {@link UnreachableException} when no answer comes. A refusal is an answer.
     */
    static boolean answers(KubernetesClient client) {
        try {
            Requests.readMetadata(client, Namespace.class, ALWAYS_THERE);
            return true;
        } catch (UnreachableException e) {
            throw e;
        } catch (KubernetesClientException e) {
            return e.getCode() < HttpURLConnection.HTTP_INTERNAL_ERROR;
        }
    }
}
