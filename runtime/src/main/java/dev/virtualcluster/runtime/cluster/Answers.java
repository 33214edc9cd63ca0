// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what an API server answers, and reads it. Safe for use by any thread. */
public final class Answers {
    private Answers() {}

    /**
     * Waits for an answer as long as the client's configuration says, and some seconds more at most. Blocking; for virtual
     * threads.
     *
     * @throws ExecutionException when none comes, with a {@link TimeoutException} as its cause when it is late
     */
    public static <T> T await(KubernetesClient client, CompletableFuture<T> answer)
            throws InterruptedException, ExecutionException {
        Duration patience = Duration.ofMillis(client.getConfiguration().getRequestTimeout());
        if (client.getKubernetesSerialization() instanceof DirectSerialization direct) {
            return direct.answers().await(answer, patience);
        }
        // Another client, which nobody looks after.
        return patience.isPositive()
                ? answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).get()
                : answer.get();
    }

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
