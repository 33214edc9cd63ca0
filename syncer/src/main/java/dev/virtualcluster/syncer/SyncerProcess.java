// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.KubeconfigException;
import dev.virtualcluster.runtime.cluster.KubeconfigReader;
import dev.virtualcluster.runtime.health.HealthServer;
import dev.virtualcluster.runtime.leader.LeaderElection;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.process.Lifecycle;
import dev.virtualcluster.syncer.config.SyncerConfig;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Starts the parts of the process in order; the lifecycle stops them in reverse. */
final class SyncerProcess {
    private static final String LEASE = "vc-syncer";
    private static final String DEFAULT_NAMESPACE = "vc-system";

    private final SyncerConfig config;
    private final @Nullable String kubeconfig;
    private final AtomicReference<@Nullable Syncer> syncer = new AtomicReference<>();

    SyncerProcess(SyncerConfig config, @Nullable String kubeconfig) {
        this.config = config;
        this.kubeconfig = kubeconfig;
    }

    void start(Lifecycle lifecycle) throws Exception {
        Meters meters = lifecycle.own(Meters.of("syncer").withJvm());
        ClientPlatform platform = lifecycle.own(ClientPlatform.start(meters));
        ClusterConnection superCluster = lifecycle.own(platform.connectSuper("super", superConfig()));
        lifecycle.own(new HealthServer(platform.vertx(), "0.0.0.0", config.healthPort(), meters)
                .liveness("workers", this::isAlive)
                .readiness("caches", this::isReady)
                .start());
        if (!config.isLeaderElected()) {
            lead(lifecycle, platform, superCluster, meters);
            return;
        }
        LeaderElection election = lifecycle.own(new LeaderElection(
                superCluster.client(),
                platform.executor(),
                environment("POD_NAMESPACE", DEFAULT_NAMESPACE),
                LEASE,
                LeaderElection.uniqueIdentity(environment("POD_NAME", "syncer"))));
        election.run(
                () -> lead(lifecycle, platform, superCluster, meters),
                () -> lifecycle.fail(new IllegalStateException("leadership was lost")));
    }

    private void lead(Lifecycle lifecycle, ClientPlatform platform, ClusterConnection superCluster, Meters meters) {
        try {
            Syncer started = lifecycle.own(new Syncer(platform, superCluster, config, meters, InstantSource.system()));
            started.start();
            syncer.set(started);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            lifecycle.fail(e);
        }
    }

    private boolean isAlive() {
        Syncer started = syncer.get();
        return started == null || started.isAlive();
    }

    /** A follower is ready as well: it waits for its turn. */
    private boolean isReady() {
        Syncer started = syncer.get();
        return started == null ? config.isLeaderElected() : started.isSynced();
    }

    private Config superConfig() throws IOException, KubeconfigException {
        return kubeconfig == null
                ? Config.autoConfigure(null)
                : new KubeconfigReader().read(Files.readAllBytes(Path.of(kubeconfig)));
    }

    private static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
