// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.syncer.metadata.MetadataConversion;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Collection;

/**
 * What the conversion of a pod depends on besides the pod.
 *
 * @param tenant whose pod it is
 * @param apiServer the tenant's API server as its pods reach it
 * @param dnsServer IP address of the tenant's DNS
 */
public record PodContext(Tenant tenant, ApiServerAddress apiServer, String dnsServer) {

    String tenantKey() {
        return tenant.key();
    }

    String superNamespace(String tenantNamespace) {
        return tenant.superNamespace(tenantNamespace);
    }

    String clusterDomain() {
        return tenant.settings().clusterDomain();
    }

    /** Tells whether a label or annotation of the tenant is on the super pod too, under the same key. */
    boolean isCopied(String metadataKey) {
        return MetadataConversion.isCopied(tenant.settings(), metadataKey);
    }

    /** Tells whether a label of the tenant's namespace, or its translation, is on the super namespace too. */
    boolean isOnSuperNamespace(String label) {
        return label.equals(TenantSelectors.NAME_LABEL)
                || MetadataConversion.isCopiedToNamespace(tenant.settings(), label);
    }

    /** The tenant's namespaces, for selectors that the super scheduler cannot evaluate. */
    Collection<Namespace> namespaces() {
        return tenant.cache(Namespace.class).list();
    }
}
