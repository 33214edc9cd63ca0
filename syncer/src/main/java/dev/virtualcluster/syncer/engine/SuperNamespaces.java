// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.metadata.MetadataConversion;
import dev.virtualcluster.syncer.ownership.ForeignObjectException;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The super namespaces of all tenants: whose each is, and making one when the first object needs it. Safe for use by any
 * thread; only {@link #ensure} does I/O, and only while the namespace does not exist.
 */
public final class SuperNamespaces {
    private static final Duration WATCH_LAG = Duration.ofMillis(50);

    /** Pod Security level that the super cluster enforces; never the tenant's own wish. */
    public static final String ENFORCE = "pod-security.kubernetes.io/enforce";

    /**
     * Whose a super namespace is.
     *
     * @param tenantKey the tenant
     * @param tenantNamespace its namespace there
     */
    public record Home(String tenantKey, String tenantNamespace) {}

    private final SuperCluster superCluster;
    private final Map<String, Home> homes = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> byTenant = new ConcurrentHashMap<>();

    SuperNamespaces(SuperCluster superCluster) {
        this.superCluster = superCluster;
    }

    /**
     * Follows the super cluster's cache of namespaces. The watch and the workers that make namespaces come here at once, so
     * both maps change under one lock; readers need none.
     *
     * @return whether the namespace has just become a tenant's
     */
    synchronized boolean changed(ObjectKey key, @Nullable Namespace after) {
        Home home = after == null ? null : claimed(after);
        Home before = home == null ? homes.remove(key.name()) : homes.put(key.name(), home);
        if (before != null && !before.equals(home)) {
            byTenant.computeIfPresent(before.tenantKey, (tenant, names) -> {
                names.remove(key.name());
                return names.isEmpty() ? null : names;
            });
        }
        if (home == null || home.equals(before)) {
            return false;
        }
        byTenant.computeIfAbsent(home.tenantKey, tenant -> ConcurrentHashMap.newKeySet())
                .add(key.name());
        return true;
    }

    /** Whose the super namespace claims to be; null for root namespaces and what is not ours. */
    public @Nullable Home home(String superNamespace) {
        return homes.get(superNamespace);
    }

    /** Names of the tenant's super namespaces, the root namespace left out; a live view. */
    public Set<String> of(String tenantKey) {
        return byTenant.getOrDefault(tenantKey, Set.of());
    }

    /** The namespace as it should be in the super cluster. */
    public static Namespace desired(Tenant tenant, Namespace source) {
        String name = source.getMetadata().getName();
        ObjectMeta meta = MetadataConversion.down(tenant, source.getMetadata(), "", tenant.superNamespace(name));
        // The well-known label must say the super cluster's name; the API server sets it.
        meta.getLabels().remove("kubernetes.io/metadata.name");
        meta.getLabels().put(ENFORCE, tenant.settings().podSecurity());
        // A tenant namespace's "namespace" is its own name: what the reverse index of everything inside needs.
        meta.getAnnotations().put(Keys.TENANT_NAMESPACE, name);
        meta.getAnnotations().put(Keys.VC_UID, tenant.settings().uid());
        Namespace desired = new Namespace();
        desired.setMetadata(meta);
        return desired;
    }

    /**
     * Makes sure that objects of the tenant namespace can be created.
     *
     * @throws NotYetException when the namespace is on its way out or in, so that the caller comes back soon
     * @throws ForeignObjectException when something else has its name
     */
    public void ensure(Tenant tenant, String tenantNamespace) throws NotYetException {
        String name = tenant.superNamespace(tenantNamespace);
        SuperObjects<Namespace> namespaces = superCluster.objects(Namespace.class);
        Namespace actual = namespaces.get(new ObjectKey("", name));
        Namespace source = tenant.cache(Namespace.class).get(new ObjectKey("", tenantNamespace));
        if (source == null) {
            // Its watch is another than the one that brought the object inside, and a moment behind.
            throw new NotYetException("namespace " + tenantNamespace + " is not seen yet", WATCH_LAG);
        }
        if (source.getMetadata().getDeletionTimestamp() != null) {
            throw new NotYetException("namespace " + tenantNamespace + " is being deleted");
        }
        if (actual == null) {
            actual = create(tenant, namespaces, source, name);
        }
        check(tenant, source, actual);
    }

    private Namespace create(Tenant tenant, SuperObjects<Namespace> namespaces, Namespace source, String name)
            throws NotYetException {
        try {
            Namespace created = namespaces.create(tenant, desired(tenant, source));
            // What happens inside may be watched sooner than the namespace itself.
            changed(ObjectKey.of(created), created);
            return created;
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
            Namespace live = namespaces.read(new ObjectKey("", name));
            if (live == null) {
                throw new NotYetException("namespace " + name + " comes and goes");
            }
            return live;
        }
    }

    private static void check(Tenant tenant, Namespace source, Namespace actual) throws NotYetException {
        String tenantNamespace = source.getMetadata().getName();
        if (!ObjectKey.clusterScoped(tenantNamespace).equals(Ownership.tenantKey(tenant, actual))) {
            throw new ForeignObjectException("the super cluster has a namespace of another owner in the place of "
                    + tenantNamespace + " of tenant " + tenant.key());
        }
        if (actual.getMetadata().getDeletionTimestamp() != null
                || !source.getMetadata().getUid().equals(Ownership.tenantUid(actual))) {
            throw new NotYetException("the former namespace " + tenantNamespace + " is still being deleted");
        }
    }

    private static @Nullable Home claimed(Namespace namespace) {
        Map<String, String> annotations = namespace.getMetadata().getAnnotations();
        if (annotations == null || annotations.containsKey(Keys.VC_ROOT_NAMESPACE)) {
            return null;
        }
        String tenant = annotations.get(Keys.CLUSTER);
        String name = annotations.get(Keys.TENANT_NAMESPACE);
        return tenant == null || name == null || Ownership.tenantUid(namespace) == null ? null : new Home(tenant, name);
    }
}
