// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;

/**
 * The hostname stays. The subdomain goes: the kubelet would build a name with the super namespace and the super cluster's
 * domain and write it into {@code /etc/hosts}; the tenant's DNS answers the right name, out of the tenant's own endpoints.
 * Where the pod wants its full name as hostname, it is set explicitly (field of Kubernetes 1.35; older super clusters
 * drop it and the short name remains).
 */
final class HostnameStep implements PodStep {
    /** The kernel's limit. */
    private static final int MAX_HOSTNAME_CHARACTERS = 64;

    private static final int MAX_LABEL_CHARACTERS = 63;

    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        PodSpec spec = draft.getSpec();
        String subdomain = spec.getSubdomain();
        spec.setSubdomain(null);
        if (!Boolean.TRUE.equals(spec.getSetHostnameAsFQDN())) {
            return;
        }
        spec.setSetHostnameAsFQDN(null);
        if (subdomain == null || subdomain.isEmpty() || Boolean.TRUE.equals(spec.getHostNetwork())) {
            return;
        }
        String fullName = String.join(
                ".", shortName(source), subdomain, source.getMetadata().getNamespace(), "svc", context.clusterDomain());
        if (fullName.length() <= MAX_HOSTNAME_CHARACTERS) {
            spec.setHostnameOverride(fullName);
        }
    }

    private static String shortName(Pod source) {
        String hostname = source.getSpec().getHostname();
        String name =
                hostname == null || hostname.isEmpty() ? source.getMetadata().getName() : hostname;
        if (name.length() <= MAX_LABEL_CHARACTERS) {
            return name;
        }
        return name.substring(0, MAX_LABEL_CHARACTERS).replaceAll("[-.]+$", "");
    }
}
