// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.leader;

import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs for leadership over a coordination Lease (15 s lease, 10 s renewal deadline, 2 s between tries). {@code onStart}
 * and {@code onLost} run on threads of the given executor, each at most once. After a loss the process should end:
 * caches and queues of a former leader are not worth the risk of two writers. Closing releases the lease, so that the
 * next candidate needs not wait for its expiry.
 */
public final class LeaderElection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final Executor executor;
    private final String namespace;
    private final String name;
    private final String identity;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private @Nullable CompletableFuture<?> election;

    private enum State {
        WAITING,
        LEADING,
        LOST,
        CLOSED
    }

    /** A candidate for the Lease {@code namespace/name}; {@code identity} must be unique among the candidates. */
    public LeaderElection(KubernetesClient client, Executor executor, String namespace, String name, String identity) {
        this.client = client;
        this.executor = executor;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
    }

    /** An identity that no two processes share: the pod's name and a random part. */
    public static String uniqueIdentity(String podName) {
        return podName + "_" + UUID.randomUUID();
    }

    /**
     * Starts to run for leadership and returns at once.
     *
     * @param onStart runs when the lease is ours; may block for as long as it likes
     * @param onLost runs when the lease was ours and is no more, but not after {@link #close()}
     */
    public synchronized void run(Runnable onStart, Runnable onLost) {
        if (election != null) {
            throw new IllegalStateException("already running for " + name);
        }
        LeaderElector elector = client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName(name)
                        .withLock(new LeaseLock(namespace, name, identity))
                        .withLeaseDuration(LEASE)
                        .withRenewDeadline(RENEW_DEADLINE)
                        .withRetryPeriod(RETRY)
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(new LeaderCallbacks(
                                () -> started(onStart),
                                () -> lost(onLost),
                                leader -> LOG.atInfo()
                                        .addKeyValue(LogKeys.LEASE, name)
                                        .addKeyValue(LogKeys.IDENTITY, leader)
                                        .log("leader observed")))
                        .build())
                .build();
        election = elector.start();
    }

    /** Whether the lease is ours now. */
    public boolean isLeader() {
        return state.get() == State.LEADING;
    }

    /** Stops running and gives the lease back. */
    @Override
    public synchronized void close() {
        state.set(State.CLOSED);
        if (election != null) {
            election.cancel(true);
        }
    }

    private void started(Runnable onStart) {
        if (state.compareAndSet(State.WAITING, State.LEADING)) {
            LOG.atInfo()
                    .addKeyValue(LogKeys.LEASE, name)
                    .addKeyValue(LogKeys.IDENTITY, identity)
                    .log("leading");
            executor.execute(onStart);
        }
    }

    private void lost(Runnable onLost) {
        if (state.compareAndSet(State.LEADING, State.LOST)) {
            LOG.atError()
                    .addKeyValue(LogKeys.LEASE, name)
                    .addKeyValue(LogKeys.IDENTITY, identity)
                    .log("leadership lost; the API server could not be reached in time or another candidate took over");
            executor.execute(onLost);
        }
    }
}
