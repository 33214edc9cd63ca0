// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.syncer.engine.RefusedException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What no tenant's pod may ask for, because the super cluster would answer as if it were asked by one of its own: it
 * would hand out credentials or trust that mean the super cluster, look for claims that are not mirrored, or run it with
 * less isolation. Everything else is judged by Pod Security there.
 */
final class PodPolicy {
    /** In characters; far above what anybody needs, far below what an API server takes. */
    private static final long LARGEST_REFERENCES = 256 * 1024;

    private PodPolicy() {}

    /** @throws RefusedException with what to change, in the tenant's words */
    static void check(Pod source) throws RefusedException {
        checkSize(source);
        checkRuntime(source.getSpec().getRuntimeClassName());
        checkDevices(source.getSpec().getResourceClaims());
        for (Volume volume : source.getSpec().getVolumes()) {
            checkClaims(volume);
            if (volume.getProjected() != null) {
                for (VolumeProjection projection : volume.getProjected().getSources()) {
                    check(volume.getName(), projection);
                }
            }
        }
    }

    /**
     * A variable that refers to an annotation may become its text on the super pod, so many variables and one long
     * annotation would make a pod of any size, in the memory that all tenants share.
     */
    private static void checkSize(Pod source) throws RefusedException {
        Map<String, String> annotations = source.getMetadata().getAnnotations();
        if (annotations == null || annotations.isEmpty()) {
            return;
        }
        long size = Stream.of(
                        source.getSpec().getContainers().stream().map(Container::getEnv),
                        source.getSpec().getInitContainers().stream().map(Container::getEnv),
                        source.getSpec().getEphemeralContainers().stream().map(EphemeralContainer::getEnv))
                .flatMap(lists -> lists)
                .flatMap(List::stream)
                .mapToLong(variable -> referred(variable, annotations))
                .sum();
        if (size > LARGEST_REFERENCES) {
            throw new RefusedException(
                    "ReferencesTooLarge",
                    "The annotations that this pod's environment variables refer to come to " + size
                            + " characters, and " + LARGEST_REFERENCES + " are allowed. Refer to them less often, or"
                            + " mount them with a downwardAPI volume.");
        }
    }

    private static long referred(EnvVar variable, Map<String, String> annotations) {
        EnvVarSource from = variable.getValueFrom();
        if (from == null || from.getFieldRef() == null) {
            return 0;
        }
        String path = from.getFieldRef().getFieldPath();
        int open = path.indexOf("['");
        return open < 0 || !path.endsWith("']") || path.length() < open + 4
                ? 0
                : annotations
                        .getOrDefault(path.substring(open + 2, path.length() - 2), "")
                        .length();
    }

    /** Who asks for a sandbox must not be given the ordinary runtime without a word. */
    private static void checkRuntime(@Nullable String runtimeClass) throws RefusedException {
        if (runtimeClass != null && !runtimeClass.isEmpty()) {
            throw new RefusedException(
                    "RuntimeClassUnsupported",
                    "The pod asks for the runtime class " + runtimeClass
                            + ", and virtual clusters have the nodes' default runtime only. Leave runtimeClassName out"
                            + " where that will do.");
        }
    }

    /** As for volumes: the claim would be another's, or never come. */
    private static void checkDevices(List<PodResourceClaim> claims) throws RefusedException {
        if (!claims.isEmpty()) {
            throw new RefusedException(
                    "ResourceClaimsUnsupported",
                    "The pod needs the resource claim " + claims.getFirst().getName()
                            + ", and virtual clusters have no resource claims yet. Ask for devices by resource limits.");
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
