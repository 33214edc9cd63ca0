// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LeaderElectionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String NAMESPACE = "default";

    @RegisterExtension
    static final ApiServers SERVERS = ApiServers.one();

    private static ClientPlatform platform;

    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private ClusterConnection connection;

    @BeforeAll
    static void startPlatform() {
        platform = ClientPlatform.start();
    }

    @AfterAll
    static void stopPlatform() {
        platform.close();
    }

    @BeforeEach
    void connect() {
        connection = platform.connect("election", SERVERS.get().config());
    }

    @AfterEach
    void disconnect() {
        connection.client().leases().inNamespace(NAMESPACE).delete();
        connection.close();
    }

    private LeaderElection candidate(String lease, String identity) {
        return candidate(connection, lease, identity);
    }

    private LeaderElection candidate(ClusterConnection connection, String lease, String identity) {
        LeaderElection election =
                new LeaderElection(connection.client(), platform.executor(), NAMESPACE, lease, identity);
        election.run(() -> events.add(identity + " leads"), () -> events.add(identity + " lost"));
        return election;
    }

    @Test
    void handsOverAtOnceWhenTheLeaderCloses() {
        ClusterConnection itsOwn = platform.connect("first", SERVERS.get().config());
        LeaderElection first = candidate(itsOwn, "handed-over", "a");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(events).containsExactly("a leads"));
        try (LeaderElection second = candidate("handed-over", "b")) {
            assertThat(second.isLeader()).isFalse();

            long released = System.nanoTime();
            first.close();
            itsOwn.close(); // as an ending process does, at once

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(events).containsExactly("a leads", "b leads"));
            assertThat(Duration.ofNanos(System.nanoTime() - released))
                    .as("without waiting for the lease to expire")
                    .isLessThan(Duration.ofSeconds(12));
            assertThat(first.isLeader()).isFalse();
            assertThat(second.isLeader()).isTrue();
        }
    }

    @Test
    void tellsTheLeaderThatItHasLostTheLease() {
        try (LeaderElection first = candidate("stolen", "a")) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(events).containsExactly("a leads"));

            connection
                    .client()
                    .leases()
                    .inNamespace(NAMESPACE)
                    .withName("stolen")
                    // Without a resourceVersion: the leader may be renewing at this very moment.
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"holderIdentity\":\"thief\"}}");

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(events).containsExactly("a leads", "a lost"));
            assertThat(first.isLeader()).isFalse();
        }
    }
}
