// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.engine.Versions;
import dev.virtualcluster.syncer.pods.status.StatusPatch;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes statuses to tenants' pods: what differs, and one write at a time. As long as the tenant's watch has not shown the
 * last write, what the cache says is known to be old, and a comparison with it would send the same again: on a busy
 * machine three times over. The echo wakes whoever waits for it. Safe for use by any thread; one writes
 * at a time per pod.
 */
final class StatusWrites {
    /** Looks again when no echo comes, because the write changed nothing or the watch begins anew. */
    private static final Duration NO_ECHO = Duration.ofSeconds(1);

    /** The last write to a pod: what it should bring, the version it made, and whether somebody waits to see it. */
    private static final class Write {
        private final long version;
        private final PodStatus wanted;
        private volatile boolean awaited;

        Write(long version, PodStatus wanted) {
            this.version = version;
            this.wanted = wanted;
        }
    }

    private final RecentWrites<Write> recent;

    StatusWrites(LongSupplier nanoTicker) {
        this.recent = new RecentWrites<>(nanoTicker);
    }

    /**
     * How long to wait until the cache shows the last write; zero when it does. The last words of a pod wait for nothing:
     * it may be gone before the echo comes.
     */
    Duration wait(String tenantKey, Pod source, Pod actual) {
        if (PodLife.isOver(actual) || actual.getMetadata().getDeletionTimestamp() != null) {
            return Duration.ZERO;
        }
        Write last = recent.get(tenantKey, source);
        if (last == null || Versions.of(source) >= last.version) {
            return Duration.ZERO;
        }
        last.awaited = true;
        return NO_ECHO;
    }

    /**
     * Tells whether that is a pod as the last write left it, and nobody waits to see it. The version alone does not say so:
     * a write sends differences, and what the tenant wrote beside them, or a write before it, is there as well.
     */
    boolean isEcho(String tenantKey, Pod after) {
        Write last = recent.get(tenantKey, after);
        return last != null
                && !last.awaited
                && last.version == Versions.of(after)
                && last.wanted.equals(after.getStatus());
    }

    /** Sends the difference, if there is one. */
    void write(Tenant tenant, Pod source, PodStatus wanted) {
        KubernetesSerialization json = tenant.client().getKubernetesSerialization();
        Map<String, ?> changes = StatusPatch.between(tree(json, source.getStatus()), tree(json, wanted));
        if (changes.isEmpty()) {
            return;
        }
        Object patch = Map.of("metadata", Map.of("uid", source.getMetadata().getUid()), "status", changes);
        Pod written = Requests.patchForMetadata(
                tenant.client(), Pod.class, ObjectKey.of(source), "status", Requests.STRATEGIC_MERGE_PATCH, patch);
        written(tenant.key(), source, Versions.of(written), wanted);
    }

    void written(String tenantKey, Pod source, long version, PodStatus wanted) {
        recent.put(tenantKey, source, new Write(version, wanted));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> tree(KubernetesSerialization json, @Nullable PodStatus status) {
        return status == null ? Map.of() : json.convertValue(status, Map.class);
    }
}
