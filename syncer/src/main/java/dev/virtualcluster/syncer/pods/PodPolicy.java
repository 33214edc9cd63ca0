// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.syncer.engine.RefusedException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;

/**
 * What no tenant's pod may ask for, because the super cluster would answer as if it were asked by one of its own: it
 * would hand out credentials or trust that mean the super cluster, or look for claims that are not mirrored. Everything
 * else is judged by Pod Security there.
 */
final class PodPolicy {
    private PodPolicy() {}

    /** @throws RefusedException with what to change, in the tenant's words */
    static void check(Pod source) throws RefusedException {
        for (Volume volume : source.getSpec().getVolumes()) {
            checkClaims(volume);
            if (volume.getProjected() != null) {
                for (VolumeProjection projection : volume.getProjected().getSources()) {
                    check(volume.getName(), projection);
                }
            }
        }
    }

    /** A claim is not mirrored, so one of that name in the super cluster would be another's, or never come. */
    private static void checkClaims(Volume volume) throws RefusedException {
        if (volume.getPersistentVolumeClaim() != null || volume.getEphemeral() != null) {
            throw new RefusedException(
                    "PersistentVolumesUnsupported",
                    "Volume " + volume.getName() + " needs a "
                            + (volume.getEphemeral() != null
                                    ? "claim of its own"
                                    : "claim, "
                                            + volume.getPersistentVolumeClaim().getClaimName())
                            + ", and virtual clusters have no persistent volumes yet."
                            + " Use emptyDir, or storage that is reached over the network.");
        }
    }

    private static void check(String volume, VolumeProjection projection) throws RefusedException {
        if (projection.getPodCertificate() != null) {
            throw new RefusedException(
                    "PodCertificateUnsupported",
                    "Volume " + volume + " asks for a podCertificate, which virtual clusters do not issue yet."
                            + " Mount a Secret with a certificate instead.");
        }
        if (projection.getClusterTrustBundle() != null) {
            throw new RefusedException(
                    "ClusterTrustBundleUnsupported",
                    "Volume " + volume + " asks for a clusterTrustBundle, which is not brought to pods yet."
                            + " Mount a ConfigMap with the certificates instead.");
        }
    }
}
