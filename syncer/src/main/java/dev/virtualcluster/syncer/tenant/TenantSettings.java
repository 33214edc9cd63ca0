// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.apis.PodSecurityLevel;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.VirtualClusterSpec;
import dev.virtualcluster.apis.VirtualClusterStatus;
import java.util.List;

/**
 * What the syncer reads of a VirtualCluster, defaults applied.
 *
 * @param uid UID of the VirtualCluster
 * @param clusterDomain DNS domain inside the tenant
 * @param transparentPrefixes label and annotation key prefixes that flow up and never down
 * @param opaquePrefixes key prefixes that live in the super cluster only
 * @param podSecurity Pod Security level enforced on the tenant's super namespaces, lower case
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
    private static final int MAX_WEIGHT = 100;

    public TenantSettings {
        transparentPrefixes = List.copyOf(transparentPrefixes);
        opaquePrefixes = List.copyOf(opaquePrefixes);
    }

    static TenantSettings of(VirtualCluster vc) {
        VirtualClusterSpec spec = vc.getSpec() == null ? new VirtualClusterSpec() : vc.getSpec();
        VirtualClusterStatus status = vc.getStatus();
        String slice = status == null ? null : status.getServiceCidr();
        PodSecurityLevel level = spec.getPodSecurity();
        return new TenantSettings(
                vc.getMetadata().getNamespace(),
                vc.getMetadata().getName(),
                vc.getMetadata().getUid(),
                spec.getClusterDomain(),
                spec.getTransparentMetaPrefixes(),
                spec.getOpaqueMetaPrefixes(),
                level.label(),
                slice == null ? "" : slice,
                Math.clamp(spec.getWeight(), 1, MAX_WEIGHT));
    }
}
