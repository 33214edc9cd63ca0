// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.operator.controlplane.Completion;
import dev.virtualcluster.operator.controlplane.ControlPlaneTemplates;
import dev.virtualcluster.operator.controlplane.KubernetesVersion;
import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.status.Outcome;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Optional;

/**
 * What a tenant that has data cannot be made into, although the super cluster's API server would accept every object of
 * it. Pure functions.
 */
final class UpgradeRules {
    private UpgradeRules() {}

    /**
     * Members that start with empty disks under a longer member list make a cluster of their own beside the first, and
     * both answer; a shorter list leaves the first without quorum.
     *
     * @param etcd etcd as it is
     */
    static Optional<Outcome> whyNot(StatefulSet etcd, ControlPlaneTemplates wanted) {
        int members = Completion.etcdMembers(etcd);
        int asked = wanted.replicas(Part.ETCD);
        return members == asked
                ? Optional.empty()
                : Optional.of(Outcome.blocked(
                        "EtcdSizeFixed",
                        "etcd has " + members + (members == 1 ? " member" : " members")
                                + " and the ClusterVersion asks for " + asked
                                + ": the number of members cannot be changed for a running tenant; make a new"
                                + " VirtualCluster with it"));
    }

    /**
     * An API server cannot read what a newer one stored, and converts what is one minor version older at most. An image
     * that stays is no upgrade, whatever version the ClusterVersion claims for it.
     *
     * @param apiServer the API server as it is
     * @param running the version that it reported last
     * @param applied the highest version that was ever begun to be applied, whether or not it came to run
     */
    static Optional<Outcome> whyNot(
            StatefulSet apiServer, String running, Optional<String> applied, ControlPlaneTemplates wanted) {
        String asked = wanted.spec().getKubernetesVersion();
        var from = KubernetesVersion.parse(running);
        var to = KubernetesVersion.parse(asked);
        if (from.isEmpty() || !isOtherImage(apiServer, wanted)) {
            return Optional.empty();
        }
        if (to.isEmpty()) {
            return Optional.of(Outcome.blocked(
                    "VersionUnknown",
                    "The tenant runs Kubernetes " + running
                            + " and the ClusterVersion has another image of the API server"
                            + " without saying of which Kubernetes: set spec.kubernetesVersion"));
        }
        String words = "The tenant runs Kubernetes " + running + " and the ClusterVersion asks for " + asked + ": ";
        if (to.get().isBefore(from.get())) {
            return Optional.of(Outcome.blocked(
                    "DowngradeRefused",
                    words + "there is no way back; name a ClusterVersion of " + running + " or later"));
        }
        if (applied.flatMap(KubernetesVersion::parse).filter(to.get()::isBefore).isPresent()) {
            return Optional.of(Outcome.blocked(
                    "DowngradeRefused",
                    "The upgrade to Kubernetes " + applied.get() + " has begun and the ClusterVersion asks for " + asked
                            + ": there is no way back, as an API server of the new version may have stored what an older"
                            + " one cannot read; name a ClusterVersion of " + applied.get() + " or later"));
        }
        int next = from.get().minor() + 1;
        return to.get().minor() <= next
                ? Optional.empty()
                : Optional.of(Outcome.blocked(
                        "VersionSkipped",
                        words + "one minor version at a time; name a ClusterVersion of v1." + next + " first"));
    }

    /** Whether the templates would replace the API server by another one. */
    static boolean isOtherImage(StatefulSet apiServer, ControlPlaneTemplates wanted) {
        return !wanted.image(Part.API_SERVER).equals(image(apiServer));
    }

    /** The image of the API server. */
    static String image(StatefulSet apiServer) {
        return apiServer
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage();
    }
}
