// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.addons;

import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.KubeconfigException;
import dev.virtualcluster.runtime.cluster.KubeconfigReader;

/** How the operator reaches a tenant's API server. */
@FunctionalInterface
public interface TenantAccess {
    /** Opens a connection with this kubeconfig; the caller closes it. */
    ClusterConnection open(Tenant tenant, byte[] kubeconfig) throws KubeconfigException;

    /** The way of production: what the kubeconfig says. */
    static TenantAccess direct(ClientPlatform platform) {
        var reader = new KubeconfigReader();
        return (tenant, kubeconfig) -> platform.connect(tenant.key().value(), reader.read(kubeconfig));
    }
}
