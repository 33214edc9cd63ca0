// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import dev.virtualcluster.e2e.cluster.ClusterProvider;
import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import dev.virtualcluster.e2e.cluster.SuperClusters;

/** What every command starts from: the environment's settings and the provider they name. */
record Context(ClusterSettings settings, Progress progress) {
    static Context ofThisProcess() {
        return new Context(ClusterSettings.ofThisProcess(), Progress.toTerminal());
    }

    ClusterProvider provider() {
        return SuperClusters.provider(settings.provider());
    }

    SuperCluster cluster() {
        return provider().attach(settings, progress);
    }
}
