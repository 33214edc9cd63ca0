// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** The local provider's entry points. */
public final class LocalCluster {
    private final Installation installation;

    private LocalCluster(Installation installation) {
        this.installation = installation;
    }

    /** Brings the cluster of this checkout up, or finds it up. */
    public static LocalCluster up(Path checkout, int nodes, Progress progress) throws Exception {
        StateFolder state = StateFolder.STANDARD;
        Binaries binaries = Binaries.prepare(checkout, progress);
        Files.createDirectories(state.root());
        Installation installation = new Installation(state, binaries, nodes, InstantSource.system(), progress);
        installation.up(ImageCatalog.prepare(binaries));
        Path kubeconfig = checkout.resolve("build/cluster/kubeconfig");
        Files.createDirectories(kubeconfig.getParent());
        Files.writeString(kubeconfig, Files.readString(state.kubeconfig("admin")));
        return new LocalCluster(installation);
    }

    public static void down(Progress progress) throws IOException {
        new Teardown(StateFolder.STANDARD, progress).run();
    }

    @Override
    public String toString() {
        return "local cluster, " + installation.nodes.size() + " nodes";
    }
}
