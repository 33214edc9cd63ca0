// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.runtime.testing.HostileServer;
import dev.virtualcluster.runtime.testing.HostileServer.Answer;
import dev.virtualcluster.syncer.config.SyncerConfig;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.engine.SyncEngine;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Nodes that the super cluster's cache does not show. */
class NodeKindTest {
    private static final String NODE =
            "{\"kind\":\"Node\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"n1\",\"uid\":\"1\",\"resourceVersion\":\"5\"}}";
    private static final String NO_NODES =
            "{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";

    private final List<String> askedOfTenant = new CopyOnWriteArrayList<>();

    /** The cache was filled from an API server that lags behind. */
    @Test
    void keepsTheNodeThatTheCacheLacksWhileTheApiServerHasIt() throws Exception {
        try (HostileServer superServer = HostileServer.start(NodeKindTest::answer);
                HostileServer tenantServer = HostileServer.start(path -> {
                    askedOfTenant.add(path);
                    return Answer.of("{}");
                });
                ClientPlatform platform = ClientPlatform.start()) {
            SuperCluster superCluster =
                    new SuperCluster(platform.connect("super", config(superServer)), System::nanoTime);
            try (SyncEngine engine =
                    new SyncEngine(superCluster, SyncerConfig.forTests(), Meters.of("nodes"), InstantSource.system())) {
                NodeKind kind = new NodeKind(engine.context());
                superCluster.open(kind.superCache());
                superCluster.awaitSynced(Duration.ofSeconds(20));
                PaperTenant tenant = new PaperTenant(
                                platform.connect("tenant", config(tenantServer)).client())
                        .with(virtual("n1"));

                Result result = kind.up(tenant, ObjectKey.clusterScoped("n1"));

                assertThat(result).isInstanceOf(Result.RequeueAfter.class);
                assertThat(askedOfTenant).isEmpty();
            }
        }
    }

    private static Answer answer(String path) {
        if (path.contains("watch=true")) {
            return Answer.stalled("");
        }
        return Answer.of(path.startsWith("/api/v1/nodes/n1") ? NODE : NO_NODES);
    }

    private static Config config(HostileServer server) {
        return new ConfigBuilder(Config.empty()).withMasterUrl(server.url()).build();
    }

    private static Node virtual(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid("2")
                .addToLabels(Keys.VIRTUAL_NODE, "true")
                .endMetadata()
                .build();
    }
}
