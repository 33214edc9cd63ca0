// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.cluster.ChangeListener;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.tenant.SuperNames;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tenant.TenantEvents;
import dev.virtualcluster.syncer.tenant.TenantSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tenant without an API server: names, settings and a few namespaces, as the pure rules need it. */
public record FixtureTenant(TenantKey tenantKey, TenantSettings settings) implements Tenant {
    /** The tenant of the fixtures. */
    public static FixtureTenant demo() {
        return new FixtureTenant(
                new TenantKey("default-1a2b3c-demo"),
                new TenantSettings(
                        "default",
                        "demo",
                        "0d9c3f6e-0000-4000-8000-00000000beef",
                        "cluster.local",
                        List.of("flows.example.com"),
                        List.of("hidden.example.com"),
                        "baseline",
                        "10.97.4.0/24",
                        1));
    }

    /** Its pods' context. */
    public PodContext context() {
        return new PodContext(this, new ApiServerAddress("10.97.4.1", 443), "10.97.4.10");
    }

    @Override
    public String key() {
        return tenantKey.value();
    }

    @Override
    public KubernetesClient client() {
        throw new UnsupportedOperationException("pure rules talk to nobody");
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> ObjectCache<T> cache(Class<T> type) {
        if (type != Namespace.class) {
            throw new UnsupportedOperationException("pure rules read namespaces only");
        }
        return (ObjectCache<T>) new FixedCache(List.of(
                namespace("shop", "team", "red"),
                namespace("bank", "hidden.example.com/zone", "inner"),
                namespace("attic", "hidden.example.com/zone", "outer"),
                namespace("yard", "app.kubernetes.io/part-of", "garden")));
    }

    @Override
    public String superNamespace(String tenantNamespace) {
        return new SuperNames(tenantKey).namespace(tenantNamespace);
    }

    @Override
    public ObjectKey superKey(Class<? extends HasMetadata> type, ObjectKey key) {
        return new SuperNames(tenantKey).key(type, key);
    }

    @Override
    public TenantEvents events() {
        throw new UnsupportedOperationException("pure rules tell nobody");
    }

    private static Namespace namespace(String name, String label, String value) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(label, value)
                .endMetadata()
                .build();
    }

    private record FixedCache(List<Namespace> namespaces) implements ObjectCache<Namespace> {
        @Override
        public @Nullable Namespace get(ObjectKey key) {
            return namespaces.stream()
                    .filter(namespace -> ObjectKey.of(namespace).equals(key))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public Collection<Namespace> list() {
            return namespaces;
        }

        @Override
        public Collection<Namespace> list(String namespace) {
            return List.of();
        }

        @Override
        public int size() {
            return namespaces.size();
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
        public void onChange(ChangeListener<Namespace> l) {
            throw new UnsupportedOperationException("nothing ever changes");
        }

        @Override
        public void awaitSynced(Duration d) {}

        @Override
        public void close() {}
    }
}
