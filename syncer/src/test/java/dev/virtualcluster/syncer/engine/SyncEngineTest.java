// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.queue.FairQueue;
import dev.virtualcluster.runtime.queue.Lease;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.runtime.testing.HostileServer;
import dev.virtualcluster.runtime.testing.HostileServer.Answer;
import dev.virtualcluster.syncer.config.SyncerConfig;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine with a kind of the test's own, and a super cluster that has nothing. */
class SyncEngineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ClientPlatform platform = ClientPlatform.start();
    private final List<String> askedOfTenant = new CopyOnWriteArrayList<>();
    private HostileServer superServer;
    private HostileServer tenantServer;
    private SyncEngine engine;

    @BeforeEach
    void start() throws IOException {
        superServer = HostileServer.start(path -> path.contains("watch=true")
                ? Answer.stalled("")
                : Answer.of(
                        "{\"kind\":\"NamespaceList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},"
                                + "\"items\":[]}"));
        tenantServer = HostileServer.start(path -> {
            askedOfTenant.add(path);
            return Answer.of("{}");
        });
        engine = new SyncEngine(
                new SuperCluster(platform.connect("super", config(superServer.url())), System::nanoTime),
                SyncerConfig.forTests(),
                Meters.of("engine"),
                InstantSource.system());
    }

    @AfterEach
    void stop() throws IOException {
        engine.close();
        platform.close();
        superServer.close();
        tenantServer.close();
    }

    @Test
    void givesTurnsByWeightBothWays() {
        // Given
        Working kind = new Working((tenant, key) -> new Result.Done());
        PaperTenant heavy = new PaperTenant("heavy", 3);
        PaperTenant light = new PaperTenant("light", 1);
        engine.attach(heavy);
        engine.attach(light);

        // When
        add(kind, heavy, light);

        // Then
        assertThat(turns(engine.downQueue())).containsExactly("h", "h", "h", "l", "h", "h", "h", "l");
        assertThat(turns(engine.upQueue())).containsExactly("h", "h", "h", "l", "h", "h", "h", "l");

        // When: the weights change places.
        engine.settingsChanged(heavy.withWeight(1));
        engine.settingsChanged(light.withWeight(3));
        add(kind, heavy, light);

        // Then
        assertThat(turns(engine.downQueue())).containsExactly("h", "l", "l", "l", "h", "l", "l", "l");
        assertThat(turns(engine.upQueue())).containsExactly("h", "l", "l", "l", "h", "l", "l", "l");
    }

    private void add(Working kind, Tenant heavy, Tenant light) {
        for (int i = 0; i < 9; i++) {
            engine.down(heavy, kind, new ObjectKey("shop", "h" + i));
            engine.down(light, kind, new ObjectKey("shop", "l" + i));
            engine.up(heavy, kind, new ObjectKey("shop", "h" + i));
            engine.up(light, kind, new ObjectKey("shop", "l" + i));
        }
    }

    /** Whose the first eight are; all are taken, one at a time. */
    private static List<String> turns(FairQueue<SyncKey> queue) {
        List<String> turns = new ArrayList<>();
        for (Lease<SyncKey> lease = queue.poll(); lease != null; lease = queue.poll()) {
            turns.add(lease.key().object().name().substring(0, 1));
            lease.complete();
        }
        return turns.subList(0, 8);
    }

    @Test
    void silenceOfTheSuperClusterIsNotTheTenants() throws Exception {
        // Given
        HostileServer gone = HostileServer.start(path -> Answer.of("{}"));
        gone.close();
        KubernetesClient silent = platform.connect("silent", config(gone.url())).client();
        Working kind = new Working((tenant, key) -> {
            Requests.read(silent, ConfigMap.class, key);
            return new Result.Done();
        });
        engine.start(List.of(new Namespaces(), kind), PATIENCE);
        PaperTenant tenant = new PaperTenant(
                platform.connect("tenant", config(tenantServer.url())).client());
        engine.attach(tenant);

        // When
        for (int i = 0; i < 6; i++) {
            engine.down(tenant, kind, new ObjectKey("shop", "m" + i));
        }

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(kind.turns).hasSizeGreaterThan(8));
        assertThat(askedOfTenant).as("probes of an open circuit").isEmpty();
    }

    @Test
    void inspectsTheOtherKindsBesideOneThatFails() throws Exception {
        // Given
        Working failing = new Working((tenant, key) -> new Result.Done());
        failing.inspection = () -> {
            throw new IllegalStateException("a kind of the test fails");
        };
        Working sound = new Working((tenant, key) -> new Result.Done());
        CountDownLatch inspected = new CountDownLatch(1);
        sound.inspection = inspected::countDown;
        engine.start(List.of(new Namespaces(), failing, sound), PATIENCE);
        PaperTenant tenant = new PaperTenant();
        engine.attach(tenant);

        // When
        engine.settingsChanged(tenant);

        // Then
        assertThat(inspected.getCount()).isZero();
    }

    private static Config config(String url) {
        return new ConfigBuilder(Config.empty()).withMasterUrl(url).build();
    }

    private interface Step {
        Result run(Tenant tenant, ObjectKey key) throws Exception;
    }

    /** Does what the test says. */
    private static final class Working implements SyncedKind<ConfigMap, Namespace> {
        private final Step step;
        private final List<ObjectKey> turns = new CopyOnWriteArrayList<>();
        private volatile Runnable inspection = () -> {};

        Working(Step step) {
            this.step = step;
        }

        @Override
        public String name() {
            return "working";
        }

        @Override
        public Class<ConfigMap> tenantType() {
            return ConfigMap.class;
        }

        @Override
        public Class<Namespace> superType() {
            return Namespace.class;
        }

        @Override
        public @Nullable CacheSpec<ConfigMap> tenantCache() {
            return null;
        }

        @Override
        public @Nullable CacheSpec<Namespace> superCache() {
            return null;
        }

        @Override
        public void route(Namespace superObject, Tenants tenants, BiConsumer<Tenant, ObjectKey> to) {}

        @Override
        public Result down(Tenant tenant, ObjectKey key) throws Exception {
            turns.add(key);
            return step.run(tenant, key);
        }

        @Override
        public void inspect(Tenant tenant, Findings findings) {
            inspection.run();
        }
    }

    /** Without it the engine does not know whose anything is. */
    private static final class Namespaces implements SyncedKind<Namespace, Namespace> {
        @Override
        public String name() {
            return "namespaces";
        }

        @Override
        public Class<Namespace> tenantType() {
            return Namespace.class;
        }

        @Override
        public Class<Namespace> superType() {
            return Namespace.class;
        }

        @Override
        public @Nullable CacheSpec<Namespace> tenantCache() {
            return null;
        }

        @Override
        public CacheSpec<Namespace> superCache() {
            return CacheSpec.all(Namespace.class);
        }

        @Override
        public void route(Namespace superObject, Tenants tenants, BiConsumer<Tenant, ObjectKey> to) {}
    }
}
