// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;

/** Reads what an API server has answered. Safe for use by any thread. */
public final class Answers {
    private Answers() {}

    /**
     * The object of an answer, which has to be JSON; without managedFields where the client comes from a {@link
     * ClientPlatform}.
     *
     * @throws KubernetesClientException when it is not an object of this type
     */
    public static <T> T read(KubernetesClient client, byte[] answer, Class<T> type) {
        KubernetesSerialization serialization = client.getKubernetesSerialization();
        return serialization instanceof DirectSerialization direct
                ? direct.unmarshal(answer, type)
                : serialization.unmarshal(new ByteArrayInputStream(answer), type);
    }
}
