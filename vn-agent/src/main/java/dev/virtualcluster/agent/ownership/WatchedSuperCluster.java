// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.ownership;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The super cluster's API server, watched: the tenants' namespaces and this node's tenant pods are kept as small records' worth of
 * object. A copy that has heard nothing for {@link #FRESH} is not believed; the API server is then asked each time, and where it does
 * not answer, nobody gets in. Thread safe; methods may block.
 */
public final class WatchedSuperCluster implements SuperCluster, AutoCloseable {
    /** A live watch brings a bookmark about once a minute. This is also how long a deleted tenant may stay known to a cut-off agent. */
    static final Duration FRESH = Duration.ofMinutes(2);

    private final ClusterConnection connection;
    private final ObjectCache<Namespace> namespaces;
    private final ObjectCache<Pod> pods;

    /** Starts to watch what concerns the node {@code nodeName}. */
    public WatchedSuperCluster(ClusterConnection connection, String nodeName) {
        this.connection = connection;
        this.namespaces = connection.cache(CacheSpec.all(Namespace.class)
                .withLabels(Keys.CONTROLLED_SELECTOR)
                .trimmed(Trimming::namespace));
        this.pods = connection.cache(CacheSpec.all(Pod.class)
                .withLabels(Keys.CONTROLLED_SELECTOR)
                .withField("spec.nodeName", nodeName)
                .trimmed(Trimming::pod));
    }

    /** Whether both copies are complete and fresh. */
    public boolean isCurrent() {
        return isFresh(namespaces) && isFresh(pods);
    }

    /** Calls {@code gone} with every tenant that is deleted, being deleted, or replaced by another one. Must not block. */
    public void onTenantGone(Consumer<TenantKey> gone) {
        namespaces.onChange((key, before, after) -> {
            if (before != null && isRootOfLiving(before) && !isSameTenant(before, after)) {
                gone.accept(new TenantKey(key.name()));
            }
        });
    }

    @Override
    public Optional<NamespaceRecord> namespace(String name) {
        Namespace found = isFresh(namespaces)
                ? namespaces.get(ObjectKey.clusterScoped(name))
                : ask(() -> connection.client().namespaces().withName(name).get());
        return Optional.ofNullable(found).map(Trimming::toRecord);
    }

    @Override
    public Optional<PodRecord> pod(String namespace, String name) {
        @Nullable Pod copy = isFresh(pods) ? pods.get(new ObjectKey(namespace, name)) : null;
        return Optional.ofNullable(copy).map(Trimming::toRecord);
    }

    @Override
    public Optional<PodRecord> readPod(String namespace, String name) {
        return Optional.ofNullable(ask(() -> connection
                        .client()
                        .pods()
                        .inNamespace(namespace)
                        .withName(name)
                        .get()))
                .map(Trimming::toRecord);
    }

    @Override
    public void close() {
        pods.close();
        namespaces.close();
    }

    private static boolean isFresh(ObjectCache<?> cache) {
        return cache.isSynced() && !cache.isStale(FRESH);
    }

    private static <T extends HasMetadata> @Nullable T ask(Supplier<@Nullable T> question) {
        try {
            return question.get();
        } catch (KubernetesClientException e) {
            throw new RefusedException(
                    RefusalReason.UNAVAILABLE, "it cannot be checked now whose pod this is; try again", e);
        }
    }

    private static boolean isRootOfLiving(Namespace namespace) {
        NamespaceRecord record = Trimming.toRecord(namespace);
        return record.isAnnotated(Keys.VC_ROOT_NAMESPACE, Keys.TRUE) && !record.isTerminating();
    }

    private static boolean isSameTenant(Namespace before, @Nullable Namespace after) {
        return after != null
                && isRootOfLiving(after)
                && Trimming.toRecord(before)
                        .isAnnotated(
                                Keys.VC_UID,
                                Trimming.toRecord(after).annotations().getOrDefault(Keys.VC_UID, ""));
    }
}
