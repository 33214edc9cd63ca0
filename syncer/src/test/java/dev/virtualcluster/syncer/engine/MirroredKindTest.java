// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.syncer.config.SyncerConfig;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MirroredKindTest {
    private final Meters meters = Meters.of("mirrored");

    @Test
    void inspectsAllObjectsBesideOneThatCannotBe() {
        PaperTenant tenant = new PaperTenant();
        for (String name : List.of("a", "b", "strange", "y", "z")) {
            tenant.with(map(name));
        }
        List<ObjectKey> missing = new ArrayList<>();

        try (ClientPlatform platform = ClientPlatform.start()) {
            SuperCluster superCluster = new SuperCluster(platform.connect("super", Config.empty()), System::nanoTime);
            try (SyncEngine engine =
                    new SyncEngine(superCluster, SyncerConfig.forTests(), meters, InstantSource.system())) {
                Strangers kind = new Strangers(engine.context());
                superCluster.open(CacheSpec.all(ConfigMap.class));

                kind.inspect(tenant, new SyncedKind.Findings() {
                    @Override
                    public void down(ObjectKey key, Drift drift) {
                        missing.add(key);
                    }

                    @Override
                    public void up(ObjectKey key, Drift drift) {}
                });
            }
        }

        assertThat(missing).extracting(ObjectKey::name).containsExactlyInAnyOrder("a", "b", "y", "z");
        assertThat(meters.scrape()).contains("vc_mirrored_inspection_failures_total{kind=\"strangers\"} 1.0");
    }

    private static ConfigMap map(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .build();
    }

    private static final class Strangers extends MirroredKind<ConfigMap> {
        Strangers(SyncContext context) {
            super(context, "strangers", ConfigMap.class);
        }

        @Override
        public CacheSpec<ConfigMap> tenantCache() {
            return CacheSpec.all(ConfigMap.class);
        }

        @Override
        public CacheSpec<ConfigMap> superCache() {
            return CacheSpec.all(ConfigMap.class);
        }

        @Override
        protected boolean isMirrored(Tenant tenant, ConfigMap source) {
            if (source.getMetadata().getName().equals("strange")) {
                throw new IllegalStateException("a kind of the test fails");
            }
            return true;
        }

        @Override
        protected ConfigMap desired(Tenant tenant, ConfigMap source) {
            return source;
        }

        @Override
        protected boolean differs(Tenant tenant, ConfigMap desired, ConfigMap actual) {
            return false;
        }
    }
}
