// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.cluster.AnswerCutOffException;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.Causes;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.requests.Requests;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * A connection to one tenant with its caches, made with one set of credentials. Rotated credentials make a new instance.
 * The registry closes it.
 */
final class ServedTenant implements Tenant, AutoCloseable {
    private static final Duration FAILING = Duration.ofSeconds(10);
    /** Bookmarks come about every minute; the caches themselves begin anew after three. */
    private static final Duration SILENT = Duration.ofMinutes(4);

    /** Answered by the server itself, whatever stands behind it. */
    private static final String QUESTION = "/livez/ping";

    private final TenantKey key;
    private final ClusterConnection connection;
    private final EventWriter events;
    private final Map<Class<?>, ObjectCache<?>> caches = new HashMap<>();
    private final SuperNames names;
    private final Pulse pulse;
    private volatile TenantSettings settings;
    private boolean isLost;
    private long lostAt;

    ServedTenant(TenantKey key, TenantSettings settings, ClusterConnection connection, TenantEventsFactory events) {
        this.key = key;
        this.names = new SuperNames(key);
        this.settings = settings;
        this.connection = connection;
        this.events = events.of(this);
        this.pulse = new Pulse(
                () -> Requests.send(connection.watchingClient(), "GET", QUESTION, Requests.JSON, null, String.class),
                System::nanoTime);
    }

    /** Starts all caches; called once, before the instance is shared. */
    void open(Collection<CacheSpec<?>> specs) {
        for (CacheSpec<?> spec : specs) {
            caches.put(spec.kind(), connection.cache(spec));
        }
    }

    boolean isSynced() {
        return caches.values().stream().allMatch(ObjectCache::isSynced);
    }

    /** Asks the server for a sign of life when there was none for {@code quiet}, and until there is one. */
    synchronized void feelPulse(Duration quiet) {
        if (isLost || pulse.isOpen() || (isQuietFor(quiet) && !pulse.wasFelt(quiet))) {
            pulse.ask();
        }
    }

    /** Tells whether it is not known at the moment whether the server is there. */
    synchronized boolean isInDoubt() {
        return !isLost && pulse.isOpen();
    }

    /**
     * Whether the server refuses or ignores us: a watch that failed and did not come back, one silent for long, or all of
     * them silent and a question without answer. It lasts until watches work again, not for as long as they are tried.
     */
    synchronized boolean isUnreachable() {
        boolean isSilent = caches.values().stream()
                .anyMatch(
                        cache -> cache.isStale(SILENT) || (cache.lastFailure().isPresent() && cache.isStale(FAILING)));
        if (isSilent || (pulse.isUnanswered(FAILING) && isQuietFor(FAILING))) {
            if (!isLost) {
                isLost = true;
                lostAt = System.nanoTime();
            }
        } else if (isLost) {
            Duration since = Duration.ofNanos(System.nanoTime() - lostAt);
            boolean isBack = pulse.wasFelt(since) && !isQuietFor(since);
            isLost = !isBack
                    || caches.values().stream()
                            .anyMatch(cache -> cache.lastFailure().isPresent());
        }
        return isLost;
    }

    private boolean isQuietFor(Duration d) {
        return caches.values().stream().allMatch(cache -> cache.isStale(d));
    }

    /** What is wrong with the server's answers, where they were cut off; empty otherwise. */
    String whyCutOff() {
        return caches.values().stream()
                .flatMap(cache -> cache.lastFailure().stream())
                .flatMap(Causes::of)
                .filter(AnswerCutOffException.class::isInstance)
                .findFirst()
                .map(cause -> " It is given up: " + cause.getMessage() + ".")
                .orElse("");
    }

    void settings(TenantSettings changed) {
        settings = changed;
    }

    @Override
    public String key() {
        return key.value();
    }

    @Override
    public TenantSettings settings() {
        return settings;
    }

    @Override
    public KubernetesClient client() {
        return connection.client();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> ObjectCache<T> cache(Class<T> type) {
        ObjectCache<?> cache = caches.get(type);
        if (cache == null) {
            throw new IllegalStateException("no kind declares a cache of " + type.getSimpleName() + " in tenants");
        }
        return (ObjectCache<T>) cache;
    }

    @Override
    public String superNamespace(String tenantNamespace) {
        return names.namespace(tenantNamespace);
    }

    @Override
    public ObjectKey superKey(Class<? extends HasMetadata> type, ObjectKey tenantKey) {
        return names.key(type, tenantKey);
    }

    @Override
    public TenantEvents events() {
        return events;
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return key.value();
    }
}
