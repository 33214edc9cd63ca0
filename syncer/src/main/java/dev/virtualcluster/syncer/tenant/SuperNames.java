// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.apis.names.NameTranslator;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where a tenant's objects stand in the super cluster. Remembers a bounded number of names, for most of them are closed
 * with a digest. Safe for use by any thread.
 */
public final class SuperNames {
    /** More namespaces than a tenant has at a time; the memo starts anew beyond. */
    private static final int MAX_REMEMBERED = 10_000;

    private final TenantKey key;
    private final Map<String, String> namespaces = new ConcurrentHashMap<>();

    public SuperNames(TenantKey key) {
        this.key = key;
    }

    /** As {@link Tenant#superNamespace}. */
    public String namespace(String tenantNamespace) {
        String known = namespaces.get(tenantNamespace);
        if (known != null) {
            return known;
        }
        if (namespaces.size() >= MAX_REMEMBERED) {
            namespaces.clear();
        }
        String name = NameTranslator.superNamespace(key, tenantNamespace);
        namespaces.put(tenantNamespace, name);
        return name;
    }

    /** As {@link Tenant#superKey}. */
    public ObjectKey key(Class<? extends HasMetadata> type, ObjectKey object) {
        if (type == Namespace.class) {
            return ObjectKey.clusterScoped(namespace(object.name()));
        }
        return new ObjectKey(
                object.isNamespaced() ? namespace(object.namespace()) : "",
                type == ConfigMap.class ? NameTranslator.superConfigMapName(object.name()) : object.name());
    }
}
