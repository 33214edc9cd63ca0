// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.syncer.config.SyncerConfig;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The engine with kinds of the test's own. */
class SyncEngineIT {
    @Test
    void failureOfOneKindCostsNoOther() throws Exception {
        // Given
        Listening<ConfigMap> failing =
                new Listening<>(ConfigMap.class, CacheSpec.all(ConfigMap.class).inNamespace("default"), true);
        Listening<ConfigMap> sound = new Listening<>(ConfigMap.class, null, false);
        try (World world = World.of("engine", 0);
                ClientPlatform platform = ClientPlatform.start();
                SyncEngine engine = new SyncEngine(
                        new SuperCluster(
                                platform.connect(
                                        "super-engine", world.superServer().config()),
                                System::nanoTime),
                        SyncerConfig.forTests(),
                        Meters.of("engine"),
                        InstantSource.system())) {
            engine.start(
                    List.of(new Listening<>(Namespace.class, CacheSpec.all(Namespace.class), false), failing, sound),
                    Duration.ofMinutes(1));
            ConfigMap map = new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace("default")
                    .withName("heard")
                    .endMetadata()
                    .build();

            // When
            world.superClient().resource(map).create();

            // Then
            eventually(() -> assertThat(sound.heard).contains("heard"));
            world.superClient().resource(map).delete();
        }
    }

    private static final class Listening<T extends HasMetadata> implements SyncedKind<T, T> {
        private final Set<String> heard = ConcurrentHashMap.newKeySet();
        private final Class<T> type;
        private final @Nullable CacheSpec<T> cache;
        private final boolean isFailing;

        Listening(Class<T> type, @Nullable CacheSpec<T> cache, boolean isFailing) {
            this.type = type;
            this.cache = cache;
            this.isFailing = isFailing;
        }

        @Override
        public String name() {
            return "listening";
        }

        @Override
        public Class<T> tenantType() {
            return type;
        }

        @Override
        public Class<T> superType() {
            return type;
        }

        @Override
        public @Nullable CacheSpec<T> tenantCache() {
            return null;
        }

        @Override
        public @Nullable CacheSpec<T> superCache() {
            return cache;
        }

        @Override
        public boolean isDrift(@Nullable T before, @Nullable T after) {
            if (isFailing) {
                throw new IllegalStateException("a kind of the test fails");
            }
            return true;
        }

        @Override
        public void route(T superObject, Tenants tenants, BiConsumer<Tenant, ObjectKey> to) {
            heard.add(superObject.getMetadata().getName());
        }
    }
}
