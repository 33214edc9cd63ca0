// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * One tenant being served: its API server, caches, names and settings. The registry owns its life; kinds only use it.
 * When the VirtualCluster changes, the same instance shows the new settings: ask it each time. Rotated credentials make a
 * new instance with caches of its own, and the former one is closed: keep none beyond one piece of work. Safe for use by
 * any thread.
 */
public interface Tenant {
    /** Tenant key = name of the root namespace. */
    String key();

    TenantSettings settings();

    /** The tenant's API server, as cluster admin. */
    KubernetesClient client();

    /** The tenant's cache of a type that some kind of the table declares. */
    <T extends HasMetadata> ObjectCache<T> cache(Class<T> type);

    /** Name of the super namespace that mirrors a tenant namespace. */
    String superNamespace(String tenantNamespace);

    /** Place in the super cluster of a tenant object ("" namespace stays ""). */
    ObjectKey superKey(Class<? extends HasMetadata> type, ObjectKey tenantKey);

    /** Events that tell the tenant's users what the syncer could not do. De-duplicated; never blocks on failure. */
    TenantEvents events();
}
