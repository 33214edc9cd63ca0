// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.metadata.MetadataConversion;
import dev.virtualcluster.syncer.ownership.ForeignObjectException;
import dev.virtualcluster.syncer.testing.LoopbackServer;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent for a pod whose super pod differs. */
class PodUpdateTest {
    private final PaperTenant tenant = new PaperTenant();
    private final List<String> patches = new CopyOnWriteArrayList<>();
    private LoopbackServer loopback;
    private PodUpdate updates;

    @BeforeEach
    void start() throws IOException {
        loopback = new LoopbackServer();
        loopback.server().createContext("/", this::answer);
        SuperCluster superCluster = new SuperCluster(loopback.connection("super"), System::nanoTime);
        superCluster.open(CacheSpec.all(Pod.class));
        updates = new PodUpdate(superCluster, new ForeignReferences(superCluster));
    }

    @AfterEach
    void stop() {
        loopback.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("PATCH")) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        patches.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        byte[] answer = "{\"metadata\":{\"namespace\":\"x\",\"name\":\"web\"}}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Test
    void everyPatchNamesThePodThatWasSeen() throws Exception {
        Pod wanted = new PodBuilder(twin())
                .editSpec()
                .editFirstContainer()
                .withImage("example.com/app:2")
                .withNewResources()
                .withRequests(Map.of("cpu", new io.fabric8.kubernetes.api.model.Quantity("2")))
                .endResources()
                .endContainer()
                .endSpec()
                .build();

        updates.send(tenant, twin(), wanted, twin());

        assertThat(patches).hasSize(2).allSatisfy(patch -> assertThat(patch).contains("\"uid\":\"uid-below\""));
        assertThat(patches).first().asString().contains("example.com/app:2");
    }

    @Test
    void sendsNothingToAPodWithoutProof() {
        Pod foreign = new PodBuilder(twin())
                .editMetadata()
                .withName("other")
                .endMetadata()
                .build();

        assertThatThrownBy(() -> updates.send(tenant, twin(), twin(), foreign))
                .isInstanceOf(ForeignObjectException.class);
        assertThat(patches).isEmpty();
    }

    private Pod twin() {
        Pod source = new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web")
                .withUid("uid-above")
                .endMetadata()
                .build();
        return new PodBuilder()
                .withMetadata(
                        MetadataConversion.down(tenant, source.getMetadata(), tenant.superNamespace("shop"), "web"))
                .editMetadata()
                .withUid("uid-below")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage("example.com/app:1")
                .endContainer()
                .endSpec()
                .build();
    }
}
