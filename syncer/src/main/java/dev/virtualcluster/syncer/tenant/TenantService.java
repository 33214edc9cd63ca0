// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;

/** What the registry of tenants wants of whoever serves them. Safe for use by any thread. */
public interface TenantService {
    /** What is to be watched in every tenant. */
    List<CacheSpec<?>> tenantCaches();

    /** The super cluster's Secrets that are ours, without their data; tells of rotated credentials. */
    ObjectCache<Secret> superSecrets();

    /** Begins to serve a tenant whose caches are filled, or goes on with new caches. */
    void attach(Tenant tenant);

    /** The tenant's settings are others now. */
    void settingsChanged(Tenant tenant);

    /** Stops serving a tenant; its objects stay where they are. */
    void detach(Tenant tenant);
}
