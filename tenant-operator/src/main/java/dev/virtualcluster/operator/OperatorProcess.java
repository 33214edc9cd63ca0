// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.addons.TenantAccess;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.operator.caches.SuperCaches;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.health.HealthServer;
import dev.virtualcluster.runtime.leader.LeaderElection;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.process.Lifecycle;
import dev.virtualcluster.runtime.queue.FairQueue;
import dev.virtualcluster.runtime.queue.QueueConfig;
import dev.virtualcluster.runtime.reconcile.ReconcileLoop;
import dev.virtualcluster.runtime.reconcile.Reconciler;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.client.Config;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator as a whole: opens watches, queues and loops in order and closes them in reverse. The loops begin when
 * the watches are filled and, where asked for, leadership is won; a lost leadership ends the process. Closed by its
 * owner, who also owns the platform and the meters.
 */
final class OperatorProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
    private static final String LEASE = "vc-tenant-operator";
    private static final Duration FIRST_LISTS = Duration.ofMinutes(2);
    private static final Duration STUCK = Duration.ofMinutes(10);
    private static final QueueConfig QUEUE =
            new QueueConfig(4, Duration.ofMillis(100), Duration.ofSeconds(30), 0.2, 20, 100);
    private static final int SMALL_LOOP = 2;

    private final Lifecycle opened = new Lifecycle();
    /** The health server's threads read it while the loops are being made. */
    private final List<ReconcileLoop<?>> loops = new CopyOnWriteArrayList<>();

    private final OperatorConfig config;
    private final Meters meters;
    private volatile boolean working;

    private OperatorProcess(OperatorConfig config, Meters meters) {
        this.config = config;
        this.meters = meters;
    }

    /** Starts everything; what was opened is closed again when that fails. */
    static OperatorProcess start(
            OperatorConfig config,
            ClientPlatform platform,
            Config superCluster,
            TenantAccess access,
            WriteGate gate,
            Meters meters,
            InstantSource clock,
            Consumer<Throwable> fail)
            throws InterruptedException, TimeoutException {
        var process = new OperatorProcess(config, meters);
        try {
            process.open(platform, superCluster, access, gate, clock, fail);
            return process;
        } catch (RuntimeException | InterruptedException | TimeoutException e) {
            process.close();
            throw e;
        }
    }

    @Override
    public void close() {
        opened.close();
    }

    private void open(
            ClientPlatform platform,
            Config superCluster,
            TenantAccess access,
            WriteGate gate,
            InstantSource clock,
            Consumer<Throwable> fail)
            throws InterruptedException, TimeoutException {
        var connection = own(platform.connectSuper("super", superCluster));
        var health = own(new HealthServer(platform.vertx(), "0.0.0.0", config.healthPort(), meters));
        health.liveness("loops", () -> loops.stream().allMatch(loop -> loop.isAlive() && !loop.isStuck(STUCK)));
        // A replica that waits for leadership is ready: it is the one that takes over.
        health.readiness("watches", () -> working || config.isLeaderElected());
        health.start();
        if (!config.isLeaderElected()) {
            work(platform, connection, access, gate, clock);
            return;
        }
        var election = own(new LeaderElection(
                connection.client(), platform.executor(), config.namespace(), LEASE, config.identity()));
        election.run(
                () -> lead(platform, connection, access, gate, clock, fail),
                () -> fail.accept(new IllegalStateException("leadership was lost")));
    }

    private void lead(
            ClientPlatform platform,
            ClusterConnection connection,
            TenantAccess access,
            WriteGate gate,
            InstantSource clock,
            Consumer<Throwable> fail) {
        try {
            work(platform, connection, access, gate, clock);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | TimeoutException e) {
            fail.accept(e);
        }
    }

    private void work(
            ClientPlatform platform,
            ClusterConnection connection,
            TenantAccess access,
            WriteGate gate,
            InstantSource clock)
            throws InterruptedException, TimeoutException {
        var writes = new SuperWrites(connection.client(), new CountingGate(meters, gate));
        var caches = SuperCaches.open(connection);
        ObjectCache<CertificateSigningRequest> requests = connection.cache(
                CacheSpec.all(CertificateSigningRequest.class).withField("spec.signerName", Keys.AGENT_SERVING_SIGNER));
        caches.awaitSynced(FIRST_LISTS);
        requests.awaitSynced(FIRST_LISTS);
        var parts = new OperatorParts(config, platform, connection, caches, requests, writes, access, meters, clock);
        var tenants = loop("virtualclusters", parts.virtualClusters(), config.workers());
        var versions = loop("clusterversions", parts.clusterVersions(), SMALL_LOOP);
        var certificates = loop("agentcertificates", parts.agentCertificates(), SMALL_LOOP);
        var patrol = loop("patrol", parts.patrol(), 1);
        new Triggers(caches, requests, tenants, versions, certificates, patrol).install();
        TenantMeters.bind(meters, caches.virtualClusters());
        loops.forEach(ReconcileLoop::start);
        working = true;
        LOG.atInfo().log("watches are filled; at work");
    }

    private FairQueue<ObjectKey> loop(String name, Reconciler<ObjectKey> reconciler, int workers) {
        var queue = own(new FairQueue<ObjectKey>(name, QUEUE, meters));
        loops.add(own(new ReconcileLoop<>(name, queue, reconciler, workers, meters)));
        return queue;
    }

    private <T extends AutoCloseable> T own(T thing) {
        return opened.own(thing);
    }
}
