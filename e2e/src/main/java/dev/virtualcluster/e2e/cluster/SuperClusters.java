// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import dev.virtualcluster.e2e.cluster.existing.ExistingProvider;
import dev.virtualcluster.e2e.cluster.k3s.K3sProvider;
import dev.virtualcluster.e2e.cluster.local.LocalProvider;

/** Finds the provider that was asked for. */
public final class SuperClusters {
    private SuperClusters() {}

    /** The provider of that name; nothing is started. */
    public static ClusterProvider provider(Provider provider) {
        return switch (provider) {
            case LOCAL -> new LocalProvider();
            case K3S -> new K3sProvider();
            case EXISTING -> new ExistingProvider();
        };
    }

    /** Brings the cluster up that the settings ask for, or finds it up. */
    public static SuperCluster up(ClusterSettings settings, Progress progress) {
        return provider(settings.provider()).up(settings, progress);
    }
}
