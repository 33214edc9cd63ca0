// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.syncer.config.SyncerConfig;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.engine.SyncEngine;
import dev.virtualcluster.syncer.kinds.SyncedKinds;
import dev.virtualcluster.syncer.patrol.Patrol;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tenant.TenantRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Engine, kinds, tenants and patrol, wired: all of the syncer but its process. Started once, closed once; platform and
 * connection stay the caller's.
 */
public final class Syncer implements AutoCloseable {
    /** A super cluster with very many objects takes its time for the first list. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final SyncEngine engine;
    private final TenantRegistry registry;
    private final Patrol patrol;

    public Syncer(
            ClientPlatform platform,
            ClusterConnection superConnection,
            SyncerConfig config,
            Meters meters,
            InstantSource clock) {
        SuperCluster superCluster = new SuperCluster(superConnection, System::nanoTime);
        this.engine = new SyncEngine(superCluster, config, meters, clock);
        this.registry = new TenantRegistry(platform, superConnection, engine, meters, clock);
        this.patrol = new Patrol(engine, config.patrolInterval(), meters);
    }

    /** Blocks until the super cluster's caches are filled. */
    public void start() throws InterruptedException, TimeoutException {
        engine.start(SyncedKinds.all(engine.context()), PATIENCE);
        registry.start(PATIENCE);
        patrol.start();
    }

    public boolean isAlive() {
        return engine.isAlive() && registry.isAlive() && patrol.isAlive();
    }

    public boolean isSynced() {
        return engine.isSynced();
    }

    /** Keys of the tenants being served at this moment. */
    public List<String> servedTenants() {
        return engine.all().stream().map(Tenant::key).sorted().toList();
    }

    /** The patrol, for callers that do not want to wait for its next round. */
    public Patrol patrol() {
        return patrol;
    }

    @Override
    public void close() {
        patrol.close();
        registry.close();
        engine.close();
    }
}
