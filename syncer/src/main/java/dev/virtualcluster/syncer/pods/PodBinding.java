// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.requests.Paths;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Tells the tenant's API server on which node a pod runs, as a scheduler would. Safe for use by any thread. */
final class PodBinding {
    /** For so long nobody asks again whether a binding that was accepted has come through the tenant's watch. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();

    private final LongSupplier nanoTicker;
    /** UIDs of pods whose binding the cache does not show yet, and when it was accepted. As many as are on their way. */
    private final Map<String, Long> accepted = new ConcurrentHashMap<>();

    private final AtomicLong swept;

    PodBinding(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
        this.swept = new AtomicLong(nanoTicker.getAsLong());
    }

    /** Binds, once: bound already, by us a moment ago, is success. */
    void bind(Tenant tenant, Pod source, String node) {
        long now = nanoTicker.getAsLong();
        forgetOld(now);
        long claimed = accepted.merge(
                source.getMetadata().getUid(), now, (then, mine) -> mine - then > PATIENCE_NANOS ? mine : then);
        if (claimed != now) {
            return;
        }
        try {
            send(tenant, source, node);
        } catch (RuntimeException e) {
            accepted.remove(source.getMetadata().getUid());
            throw e;
        }
    }

    /** Looks at all of them at most once per patience, not for every pod. */
    private void forgetOld(long now) {
        long last = swept.get();
        if (now - last > PATIENCE_NANOS && swept.compareAndSet(last, now)) {
            accepted.values().removeIf(then -> now - then > PATIENCE_NANOS);
        }
    }

    private static void send(Tenant tenant, Pod source, String node) {
        Binding body = new BindingBuilder()
                .withNewMetadata()
                .withNamespace(source.getMetadata().getNamespace())
                .withName(source.getMetadata().getName())
                .withUid(source.getMetadata().getUid())
                .endMetadata()
                .withNewTarget()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .endTarget()
                .build();
        String path = Paths.of(Pod.class, ObjectKey.of(source)) + "/binding";
        try {
            Requests.send(tenant.client(), "POST", path, Requests.JSON, body, String.class);
        } catch (KubernetesClientException e) {
            // Bound, being deleted, or another pod by now: the tenant's watch brings what is true.
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
