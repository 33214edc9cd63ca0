// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.testing;

import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.cluster.ChangeListener;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.tenant.SuperNames;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tenant.TenantEvents;
import dev.virtualcluster.syncer.tenant.TenantSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tenant whose caches show what a test put there by hand: for tests of pure rules, without an API server, and for those
 * of caches that do not show what the API server has.
 */
public final class PaperTenant implements Tenant {
    private static final TenantKey KEY = TenantKey.of("default", "acme", "0b5e3cf6-7a4c-4a4a-9b4e-2f0a1d2c3b4a");

    private final Map<Class<?>, PaperCache<?>> caches = new HashMap<>();
    private final TenantKey key;
    private final SuperNames names;
    private final @Nullable KubernetesClient client;
    private TenantSettings settings;

    /** A tenant without API server. */
    public PaperTenant() {
        this(KEY, "acme", "0b5e3cf6-7a4c-4a4a-9b4e-2f0a1d2c3b4a", null);
    }

    /** A tenant whose API server is the one of this client. */
    public PaperTenant(KubernetesClient client) {
        this(KEY, "acme", "0b5e3cf6-7a4c-4a4a-9b4e-2f0a1d2c3b4a", client);
    }

    /** A tenant whose API server is not what its caches show. */
    public PaperTenant(TenantWorld world) {
        this(
                world.key(),
                world.virtualCluster().getMetadata().getName(),
                world.virtualCluster().getMetadata().getUid(),
                world.client());
    }

    /** A tenant without API server, of this name and weight. */
    public PaperTenant(String name, int weight) {
        this(TenantKey.of("default", name, "uid-of-" + name), name, "uid-of-" + name, null);
        withWeight(weight);
    }

    private PaperTenant(TenantKey key, String name, String uid, @Nullable KubernetesClient client) {
        this.key = key;
        this.names = new SuperNames(key);
        this.client = client;
        this.settings = new TenantSettings(
                "default", name, uid, "cluster.local", List.of(), List.of(), "baseline", "10.97.1.0/24", 1);
    }

    /** The same tenant with key prefixes of its own. */
    public PaperTenant withPrefixes(List<String> transparent, List<String> opaque) {
        settings = new TenantSettings(
                settings.namespace(),
                settings.name(),
                settings.uid(),
                settings.clusterDomain(),
                transparent,
                opaque,
                settings.podSecurity(),
                settings.serviceCidr(),
                settings.weight());
        return this;
    }

    /** The same tenant with another share of the queues. */
    public PaperTenant withWeight(int weight) {
        settings = new TenantSettings(
                settings.namespace(),
                settings.name(),
                settings.uid(),
                settings.clusterDomain(),
                settings.transparentPrefixes(),
                settings.opaquePrefixes(),
                settings.podSecurity(),
                settings.serviceCidr(),
                weight);
        return this;
    }

    /** Puts an object into the tenant. */
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> PaperTenant with(T object) {
        ((PaperCache<T>) cache((Class<T>) object.getClass())).objects.put(ObjectKey.of(object), object);
        return this;
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
        if (client == null) {
            throw new UnsupportedOperationException("this paper tenant has no API server");
        }
        return client;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> ObjectCache<T> cache(Class<T> type) {
        return (ObjectCache<T>) caches.computeIfAbsent(type, known -> new PaperCache<>());
    }

    @Override
    public String superNamespace(String tenantNamespace) {
        return names.namespace(tenantNamespace);
    }

    @Override
    public ObjectKey superKey(Class<? extends HasMetadata> type, ObjectKey object) {
        return names.key(type, object);
    }

    @Override
    public TenantEvents events() {
        return (object, reason, message) -> {};
    }

    private static final class PaperCache<T> implements ObjectCache<T> {
        private final Map<ObjectKey, T> objects = new HashMap<>();

        @Override
        public @Nullable T get(ObjectKey key) {
            return objects.get(key);
        }

        @Override
        public Collection<T> list() {
            return List.copyOf(objects.values());
        }

        @Override
        public Collection<T> list(String namespace) {
            List<T> found = new ArrayList<>();
            objects.forEach((key, object) -> {
                if (key.namespace().equals(namespace)) {
                    found.add(object);
                }
            });
            return found;
        }

        @Override
        public int size() {
            return objects.size();
        }

        @Override
        public boolean isSynced() {
            return true;
        }

        @Override
        public boolean isStale(Duration d) {
            return false;
        }

        @Override
        public Optional<Throwable> lastFailure() {
            return Optional.empty();
        }

        @Override
        public void onChange(ChangeListener<T> l) {
            objects.forEach((key, object) -> l.changed(key, null, object));
        }

        @Override
        public void awaitSynced(Duration d) {}

        @Override
        public void close() {}
    }
}
