// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.syncer.metadata.MetadataConversion;
import dev.virtualcluster.syncer.ownership.ForeignObjectException;
import dev.virtualcluster.syncer.testing.LoopbackServer;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent to the super cluster, and what is not. */
class SuperObjectsTest {
    private final PaperTenant tenant = new PaperTenant();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private LoopbackServer loopback;
    private SuperObjects<ConfigMap> objects;

    @BeforeEach
    void start() throws IOException {
        loopback = new LoopbackServer();
        loopback.server().createContext("/", exchange -> {
            sent.add(exchange.getRequestMethod() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        objects = new SuperObjects<>(
                ConfigMap.class,
                loopback.client("super"),
                new PaperTenant().cache(ConfigMap.class),
                UnaryOperator.identity(),
                System::nanoTime);
    }

    @AfterEach
    void stop() {
        loopback.close();
    }

    @Test
    void deletesTheVeryObjectThatWasSeen() {
        objects.delete(tenant, twin(), 7L);

        assertThat(sent).singleElement().satisfies(request -> {
            assertThat(request).startsWith("DELETE ");
            DeleteOptions options =
                    new KubernetesSerialization().unmarshal(request.substring("DELETE ".length()), DeleteOptions.class);
            assertThat(options.getPreconditions().getUid()).isEqualTo("uid-below");
            assertThat(options.getGracePeriodSeconds()).isEqualTo(7);
        });
    }

    @Test
    void sendsNothingForAnObjectWithoutProof() {
        ConfigMap foreign = twin();
        foreign.getMetadata().getAnnotations().put(Keys.CLUSTER, "another");

        assertThatThrownBy(() -> objects.delete(tenant, foreign, null)).isInstanceOf(ForeignObjectException.class);
        assertThatThrownBy(() -> objects.create(tenant, foreign)).isInstanceOf(ForeignObjectException.class);
        assertThatThrownBy(() -> objects.replace(tenant, foreign, twin())).isInstanceOf(ForeignObjectException.class);
        assertThatThrownBy(() -> objects.replace(tenant, twin(), foreign)).isInstanceOf(ForeignObjectException.class);

        assertThat(sent).isEmpty();
    }

    private ConfigMap twin() {
        ObjectMeta source = new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("settings")
                .withUid("uid-above")
                .build();
        ConfigMap twin = new ConfigMap();
        twin.setMetadata(MetadataConversion.down(tenant, source, tenant.superNamespace("shop"), "settings"));
        twin.getMetadata().setUid("uid-below");
        return twin;
    }
}
