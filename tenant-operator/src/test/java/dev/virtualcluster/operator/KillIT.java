// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The operator dies after its n-th write, for each n, or every third, that a tenant's life has, and the next one goes on: everything is
 * there once, what was made first stays, and at the end nothing is left.
 */
class KillIT {
    /** Each round takes the ten seconds that a namespace takes to end; {@code -Dkill.stride=1} dies at every single write. */
    private static final int STRIDE = Integer.getInteger("kill.stride", 3);

    private static final String POOL = "10.97.48.0/24";

    /** Small slices: every address is a write. */
    private static final int SLICE_PREFIX = 28;

    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults().withControllerManager());

    @RegisterExtension
    static final ApiServers TENANT =
            ApiServers.of(1, ApiServerOptions.defaults().withServiceCidr("10.97.0.0/16"));

    static OperatorHarness harness;

    @BeforeAll
    static void start() {
        harness = new OperatorHarness(SUPER.get(), TENANT.get());
        harness.clusterVersion("minimal");
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    @Test
    void goesOnAfterAKillAtAnyWriteOfProvisioning() throws InterruptedException {
        boolean died = true;
        for (int n = 1; died; n += STRIDE) {
            var vc = harness.create("kill-up", "demo-" + n);
            died = runUntilDead(n, () -> isReady(vc));
            var authorities = authorities(vc);
            harness.start(POOL, SLICE_PREFIX);

            harness.awaitReady(vc);

            assertThat(authorities(vc)).as("made before write %d", n).containsAllEntriesOf(authorities);
            holdsOneSlice(vc);
            harness.delete(vc);
            leftNothing(vc);
        }
    }

    @Test
    void goesOnAfterAKillAtAnyWriteOfTeardown() throws InterruptedException {
        boolean died = true;
        for (int n = 1; died; n += STRIDE) {
            harness.start(POOL, SLICE_PREFIX);
            var vc = harness.create("kill-down", "demo-" + n);
            harness.awaitReady(vc);
            harness.stop();
            harness.client().resource(vc).delete();

            died = runUntilDead(n, () -> harness.find(vc) == null);
            harness.start(POOL, SLICE_PREFIX);

            harness.awaitGone(vc);
            leftNothing(vc);
        }
    }

    /** Runs an operator whose writes fail from the n-th on; true when it came to that before {@code done}. */
    private static boolean runUntilDead(int n, java.util.function.BooleanSupplier done) throws InterruptedException {
        var gate = new DeadlyGate(n);
        harness.start(POOL, SLICE_PREFIX, gate);
        await().atMost(OperatorHarness.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(gate.isDead() || done.getAsBoolean())
                        .as("dead at write %d or done", n)
                        .isTrue());
        harness.stop();
        return gate.isDead();
    }

    private static boolean isReady(VirtualCluster vc) {
        var condition = OperatorHarness.condition(harness.get(vc), "Ready");
        return condition != null && "True".equals(condition.getStatus());
    }

    /** UIDs of the Secrets from which everything else is derived. */
    private static Map<String, String> authorities(VirtualCluster vc) {
        return harness.client().secrets().inNamespace(harness.rootNamespace(vc)).list().getItems().stream()
                .filter(secret -> secret.getMetadata().getName().matches(".*-root|root-ca|serviceaccount-rsa"))
                .collect(Collectors.toMap(
                        (Secret secret) -> secret.getMetadata().getName(),
                        secret ->
                                secret.getMetadata().getUid() + secret.getData().get(Keys.TLS_CERT)));
    }

    private static void holdsOneSlice(VirtualCluster vc) {
        String root = harness.rootNamespace(vc);
        var slices = harness.client()
                .resources(ServiceCIDR.class)
                .withLabel(Keys.CLUSTER, root)
                .list()
                .getItems();
        assertThat(slices).hasSize(1);
        assertThat(harness.client()
                        .resources(IPAddress.class)
                        .withLabel(Keys.CLUSTER, root)
                        .list()
                        .getItems())
                .hasSize(13);
    }

    private static void leftNothing(VirtualCluster vc) {
        String root = harness.rootNamespace(vc);
        var client = harness.client();
        assertThat(client.namespaces().withName(root).get()).isNull();
        assertThat(client.resources(ServiceCIDR.class)
                        .withLabel(Keys.CLUSTER, root)
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(client.resources(IPAddress.class)
                        .withLabel(Keys.CLUSTER, root)
                        .list()
                        .getItems())
                .isEmpty();
    }

    /** Lets n-1 writes pass and none after them, as for a process that is dead. */
    private static final class DeadlyGate implements WriteGate {
        private final int deadly;
        private final AtomicInteger writes = new AtomicInteger();

        DeadlyGate(int deadly) {
            this.deadly = deadly;
        }

        boolean isDead() {
            return writes.get() >= deadly;
        }

        @Override
        public void before(String verb, String kind) {
            if (writes.incrementAndGet() >= deadly) {
                throw new IllegalStateException("the process is dead");
            }
        }

        @Override
        public void after(String verb, String kind) {
            if (isDead()) {
                throw new IllegalStateException("the process died before it saw the answer");
            }
        }
    }
}
