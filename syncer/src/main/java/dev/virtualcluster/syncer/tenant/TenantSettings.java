// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.apis.tenancy.v1alpha1.VirtualCluster;
import java.util.List;

/**
 * What the syncer reads of a VirtualCluster, defaults applied.
 *
 * @param uid UID of the VirtualCluster
 * @param clusterDomain DNS domain inside the tenant
 * @param transparentPrefixes label and annotation key prefixes that flow up and are left alone downwards
 * @param opaquePrefixes key prefixes that live in the super cluster only
 * @param podSecurity Pod Security level enforced on the tenant's super namespaces
 * @param serviceCidr the tenant's slice of service addresses, empty when not known yet
 * @param weight share of the queues, 1 to 100
 */
public record TenantSettings(
        String namespace,
        String name,
        String uid,
        String clusterDomain,
        List<String> transparentPrefixes,
        List<String> opaquePrefixes,
        String podSecurity,
        String serviceCidr,
        int weight) {
    public TenantSettings {
        transparentPrefixes = List.copyOf(transparentPrefixes);
        opaquePrefixes = List.copyOf(opaquePrefixes);
    }
}
