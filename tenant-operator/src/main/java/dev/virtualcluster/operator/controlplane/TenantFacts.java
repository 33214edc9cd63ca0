// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.addresses.Cidr;
import java.util.Map;

/**
 * What differs from tenant to tenant in a control plane.
 *
 * @param key the tenant
 * @param clusterDomain DNS domain inside the tenant
 * @param slice its service addresses
 * @param labels labels that every object and pod gets
 * @param annotations annotations that every object gets
 * @param credentials per part, a digest of what its processes read only once; a change restarts them
 */
public record TenantFacts(
        TenantKey key,
        String clusterDomain,
        Cidr slice,
        Map<String, String> labels,
        Map<String, String> annotations,
        Map<Part, String> credentials) {

    public TenantFacts {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        credentials = Map.copyOf(credentials);
    }

    /** The tenant's root namespace. */
    public String namespace() {
        return key.rootNamespace();
    }

    /** The address at which the tenant's API server is reached: the slice's first. */
    public String apiServerAddress() {
        return slice.address(1);
    }
}
