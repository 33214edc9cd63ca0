// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.runtime.testing.ApiServer;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tenants come, go, fall silent and get other credentials. */
class TenantsIT {
    private World world;

    @BeforeEach
    void start() {
        world = World.of("tenants", 1);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void saysInTheConditionThatATenantIsServed() {
        // When
        world.startSyncer();

        // Then
        eventually(() -> assertThat(condition(world.tenant(1)).getStatus()).isEqualTo(Condition.TRUE));
    }

    @Test
    void servesATenantWhosePhaseSaysThatAPartIsDown() {
        // Given
        world.startSyncer();
        eventually(() -> assertThat(condition(world.tenant(1)).getStatus()).isEqualTo(Condition.TRUE));
        world.stopSyncer();
        world.superClient()
                .resource(world.tenant(1).virtualCluster())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":\"Error\"}}");

        // When
        world.startSyncer();
        world.tenant(1).createNamespace("while-degraded");

        // Then
        eventually(() -> assertThat(superNamespaceExists(world.tenant(1), "while-degraded"))
                .isTrue());
        world.tenant(1).client().namespaces().withName("while-degraded").delete();
    }

    @Test
    void saysForWhichGenerationTheConditionHolds() {
        // Given
        world.startSyncer();
        TenantWorld tenant = world.tenant(1);
        eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));

        // When
        VirtualCluster changed = world.superClient()
                .resources(VirtualCluster.class)
                .inNamespace("default")
                .withName(tenant.virtualCluster().getMetadata().getName())
                .edit(vc -> {
                    vc.getSpec().setOpaqueMetaPrefixes(java.util.List.of("opaque.example.com"));
                    return vc;
                });

        // Then
        assertThat(changed.getMetadata().getGeneration()).isGreaterThan(1);
        eventually(() -> assertThat(condition(tenant).getObservedGeneration())
                .isEqualTo(changed.getMetadata().getGeneration()));
    }

    @Test
    void silentTenantHoldsUpNobodyAndIsServedWhenItAnswers() {
        // Given
        try (ApiServer mortal = ApiServer.start(ApiServerOptions.defaults().withServiceCidr("10.97.9.0/24"))) {
            TenantWorld silent = world.addTenant("tenants-silent", mortal, "10.97.9.0/24");
            mortal.kill();
            world.startSyncer();
            TenantWorld healthy = world.tenant(1);

            // When
            healthy.createNamespace("beside-silent");

            // Then
            eventually(() ->
                    assertThat(superNamespaceExists(healthy, "beside-silent")).isTrue());
            eventually(() -> {
                assertThat(condition(silent).getStatus()).isEqualTo(Condition.FALSE);
                assertThat(condition(silent).getReason()).isEqualTo("TenantUnreachable");
            });

            // When
            mortal.restart();
            silent.createNamespace("late");

            // Then
            eventually(() -> {
                assertThat(superNamespaceExists(silent, "late")).isTrue();
                assertThat(condition(silent).getStatus()).isEqualTo(Condition.TRUE);
            });

            // When: it falls silent while it is served.
            mortal.kill();
            healthy.createNamespace("beside-silent-again");
            eventually(() -> assertThat(superNamespaceExists(healthy, "beside-silent-again"))
                    .isTrue());
            mortal.restart();
            silent.createNamespace("after-restart");

            // Then
            eventually(() ->
                    assertThat(superNamespaceExists(silent, "after-restart")).isTrue());
            healthy.client().namespaces().withName("beside-silent").delete();
            healthy.client().namespaces().withName("beside-silent-again").delete();
        }
    }

    /** Nothing is written into the tenant meanwhile, so nobody would meet the failure but the watches. */
    @Test
    void saysSoonThatAnIdleTenantIsGoneAndThatItIsBack() {
        // Given
        try (ApiServer mortal = ApiServer.start(ApiServerOptions.defaults().withServiceCidr("10.97.9.0/24"))) {
            TenantWorld tenant = world.addTenant("tenants-gone", mortal, "10.97.9.0/24");
            world.startSyncer();
            eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));

            // When
            mortal.kill();

            // Then
            await().atMost(Duration.ofSeconds(45))
                    .untilAsserted(
                            () -> assertThat(condition(tenant).getReason()).isEqualTo("TenantUnreachable"));

            // When
            mortal.restart();

            // Then
            eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));
        }
    }

    /** As when its node is cut off: no connection ends, and none says anything. */
    @Test
    void believesTheOperatorThatATenantIsDownOnceItDoesNotAnswer() {
        // Given
        try (ApiServer mortal = ApiServer.start(ApiServerOptions.defaults().withServiceCidr("10.97.9.0/24"))) {
            TenantWorld tenant = world.addTenant("tenants-mute", mortal, "10.97.9.0/24");
            world.startSyncer();
            eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));
            sayItIsDown(tenant);
            await().during(Duration.ofSeconds(15))
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(condition(tenant).getStatus())
                            .as("it answers all the same")
                            .isEqualTo(Condition.TRUE));

            // When
            mortal.freeze();

            // Then
            await().atMost(Duration.ofSeconds(45))
                    .untilAsserted(
                            () -> assertThat(condition(tenant).getReason()).isEqualTo("TenantUnreachable"));

            // When
            mortal.thaw();

            // Then
            eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));
        }
    }

    private void sayItIsDown(TenantWorld tenant) {
        world.superClient()
                .resource(tenant.virtualCluster())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON), """
                        [{"op": "add", "path": "/status/conditions/-", "value": {
                            "type": "Ready", "status": "False", "reason": "PodsMissing", "message": "none runs",
                            "lastTransitionTime": "2026-11-29T09:05:40Z"}}]""");
    }

    @Test
    void newCredentialsAreTakenWithoutRestart() {
        // Given: a tenant whose Secret holds a token that is refused.
        try (ApiServer server = ApiServer.start(ApiServerOptions.defaults().withServiceCidr("10.97.8.0/24"))) {
            TenantWorld tenant = world.addTenant("tenants-rotated", server, "10.97.8.0/24");
            world.writeCredentials(tenant.key(), server.kubeconfig().replace(server.token(), "stale"));
            world.startSyncer();
            eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.FALSE));
            double reads = readsOfSecrets();
            await().during(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(readsOfSecrets() - reads)
                            .as("reads while there is nothing new")
                            .isLessThan(3));

            // When
            world.writeCredentials(tenant.key(), server.kubeconfig());

            // Then
            tenant.createNamespace("rotated");
            eventually(() -> assertThat(superNamespaceExists(tenant, "rotated")).isTrue());

            // When: good credentials are replaced by other good ones.
            world.writeCredentials(tenant.key(), server.kubeconfig() + "\n");

            // Then
            tenant.createNamespace("rotated-again");
            eventually(() ->
                    assertThat(superNamespaceExists(tenant, "rotated-again")).isTrue());
        }
    }

    @Test
    void rotatedCredentialsThatDoNotWorkStopNothingAndAreReplaced() {
        // Given
        try (ApiServer server = ApiServer.start(ApiServerOptions.defaults().withServiceCidr("10.97.8.0/24"))) {
            TenantWorld tenant = world.addTenant("tenants-misrotated", server, "10.97.8.0/24");
            world.startSyncer();
            eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));

            // When
            world.writeCredentials(tenant.key(), server.kubeconfig().replace(server.token(), "stale"));

            // Then
            eventually(() -> {
                assertThat(condition(tenant).getReason()).isEqualTo("TenantUnreachable");
                assertThat(condition(tenant).getMessage()).contains("new credentials");
            });
            tenant.createNamespace("misrotated");
            eventually(
                    () -> assertThat(superNamespaceExists(tenant, "misrotated")).isTrue());

            // When
            world.writeCredentials(tenant.key(), server.kubeconfig());

            // Then
            eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));
            tenant.createNamespace("misrotated-again");
            eventually(() ->
                    assertThat(superNamespaceExists(tenant, "misrotated-again")).isTrue());
        }
    }

    @Test
    void saysThatItsCredentialsCannotBeRead() {
        // Given
        try (ApiServer server = ApiServer.start(ApiServerOptions.defaults().withServiceCidr("10.97.8.0/24"))) {
            TenantWorld tenant = world.addTenant("tenants-unreadable", server, "10.97.8.0/24");
            world.writeCredentials(tenant.key(), "rubbish");
            world.startSyncer();

            // Then
            eventually(() -> assertCredentialsUnusable(tenant, "Nothing is synchronised"));

            // When: the operator makes them anew, and they are spoilt while the tenant is served.
            world.writeCredentials(tenant.key(), server.kubeconfig());
            eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));
            world.writeCredentials(
                    tenant.key(),
                    server.kubeconfig()
                            .replaceAll(
                                    "certificate-authority-data: [^}]*", "certificate-authority-data: cnViYmlzaA=="));

            // Then
            eventually(() -> assertCredentialsUnusable(tenant, "goes on with the former one"));
            tenant.createNamespace("unreadable");
            eventually(
                    () -> assertThat(superNamespaceExists(tenant, "unreadable")).isTrue());

            // When
            world.writeCredentials(tenant.key(), server.kubeconfig() + "\n");

            // Then
            eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));
        }
    }

    private void assertCredentialsUnusable(TenantWorld tenant, String meanwhile) {
        assertThat(condition(tenant).getStatus()).isEqualTo(Condition.FALSE);
        assertThat(condition(tenant).getReason()).isEqualTo("CredentialsUnusable");
        assertThat(condition(tenant).getMessage())
                .contains(meanwhile, "Delete it, and the tenant operator makes it anew")
                .doesNotContain("rubbish");
    }

    @Test
    void refusesRootNamespaceOfSomebodyElse() {
        // Given
        TenantWorld tenant = world.tenant(1);
        world.superClient()
                .namespaces()
                .withName(tenant.key().value())
                .edit(namespace -> new NamespaceBuilder(namespace)
                        .editMetadata()
                        .addToAnnotations("tenancy.x-k8s.io/vcuid", "another")
                        .endMetadata()
                        .build());

        // When
        world.startSyncer();

        // Then
        eventually(() -> {
            assertThat(condition(tenant).getReason()).isEqualTo("RootNamespaceUnproven");
            assertThat(condition(tenant).getMessage()).contains("the tenant operator makes it: see its log");
        });
        assertThat(superNamespaceExists(tenant, "default")).isFalse();
    }

    @Test
    void deletedVirtualClusterIsServedNoMore() {
        // Given
        world.startSyncer();
        TenantWorld tenant = world.tenant(1);
        eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));

        // When
        world.superClient().resource(tenant.virtualCluster()).delete();
        eventually(() -> assertThat(world.syncer().servedTenants()).isEmpty());
        tenant.createNamespace("afterwards");

        // Then
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(3))
                .untilAsserted(() ->
                        assertThat(superNamespaceExists(tenant, "afterwards")).isFalse());
        tenant.client().namespaces().withName("afterwards").delete();
    }

    @Test
    void catchesUpWithWhatHappenedWhileItWasAway() {
        // Given
        world.startSyncer();
        TenantWorld tenant = world.tenant(1);
        tenant.createNamespace("away");
        tenant.createConfigMap("away", "stays", Map.of("a", "1"));
        tenant.createConfigMap("away", "goes", Map.of("a", "1"));
        tenant.createConfigMap("away", "changes", Map.of("a", "1"));
        eventually(() -> assertThat(superConfigMaps(tenant, "away")).contains("stays", "goes", "changes"));
        world.stopSyncer();

        // When
        tenant.client().configMaps().inNamespace("away").withName("goes").delete();
        tenant.client().configMaps().inNamespace("away").withName("changes").edit(map -> {
            map.setData(Map.of("a", "2"));
            return map;
        });
        tenant.createConfigMap("away", "comes", Map.of("a", "1"));
        world.superClient()
                .configMaps()
                .inNamespace(tenant.superNamespace("away"))
                .withName("stays")
                .delete();
        world.startSyncer();

        // Then
        eventually(() -> {
            assertThat(superConfigMaps(tenant, "away"))
                    .contains("stays", "changes", "comes")
                    .doesNotContain("goes");
            assertThat(world.superClient()
                            .configMaps()
                            .inNamespace(tenant.superNamespace("away"))
                            .withName("changes")
                            .get()
                            .getData())
                    .containsEntry("a", "2");
        });
        tenant.client().namespaces().withName("away").delete();
    }

    @Test
    void looksAtWhatIsInsideANamespaceThatIsRestored() {
        // Given: a namespace that lost its annotations, and in it the twin of an object that is gone.
        TenantWorld tenant = world.tenant(1);
        Namespace source = tenant.createNamespace("restored");
        Namespace stranger = world.superClient()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(tenant.superNamespace("restored"))
                        .endMetadata()
                        .build())
                .create();
        world.superClient()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(stranger.getMetadata().getName())
                        .withName("leftover")
                        .addToLabels(Keys.CONTROLLED, Keys.TRUE)
                        .addToLabels(Keys.CLUSTER, tenant.key().value())
                        .addToAnnotations(Keys.CLUSTER, tenant.key().value())
                        .addToAnnotations(Keys.TENANT_NAMESPACE, "restored")
                        .addToAnnotations(Keys.TENANT_NAME, "leftover")
                        .addToAnnotations(Keys.TENANT_UID, "00000000-0000-0000-0000-000000000000")
                        .endMetadata()
                        .build())
                .create();
        world.startSyncer();
        eventually(() -> assertThat(condition(tenant).getStatus()).isEqualTo(Condition.TRUE));
        assertThat(superConfigMaps(tenant, "restored")).contains("leftover");

        // When
        world.superClient()
                .resource(new NamespaceBuilder(stranger)
                        .editMetadata()
                        .withResourceVersion(null)
                        .addToLabels(Keys.CONTROLLED, Keys.TRUE)
                        .addToLabels(Keys.CLUSTER, tenant.key().value())
                        .addToAnnotations(Keys.CLUSTER, tenant.key().value())
                        .addToAnnotations(
                                Keys.VC_UID,
                                tenant.virtualCluster().getMetadata().getUid())
                        .addToAnnotations(Keys.TENANT_NAMESPACE, "restored")
                        .addToAnnotations(Keys.TENANT_NAME, "restored")
                        .addToAnnotations(Keys.TENANT_UID, source.getMetadata().getUid())
                        .endMetadata()
                        .build())
                .update();

        // Then
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(superConfigMaps(tenant, "restored"))
                        .as("sooner than a patrol, which comes after a minute")
                        .doesNotContain("leftover"));
        tenant.client().namespaces().withName("restored").delete();
    }

    /** What the super cluster's API server counts. */
    private double readsOfSecrets() {
        return Objects.requireNonNull(world.superClient().raw("/metrics"))
                .lines()
                .filter(line -> line.startsWith("apiserver_request_total{")
                        && line.contains("resource=\"secrets\"")
                        && line.contains("verb=\"GET\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private boolean superNamespaceExists(TenantWorld tenant, String namespace) {
        return world.superClient()
                        .namespaces()
                        .withName(tenant.superNamespace(namespace))
                        .get()
                != null;
    }

    private java.util.List<String> superConfigMaps(TenantWorld tenant, String namespace) {
        return world.superClient().configMaps().inNamespace(tenant.superNamespace(namespace)).list().getItems().stream()
                .map(map -> map.getMetadata().getName())
                .toList();
    }

    private Condition condition(TenantWorld tenant) {
        @Nullable
        VirtualCluster vc =
                world.superClient().resource(tenant.virtualCluster()).get();
        Condition found =
                vc == null || vc.getStatus() == null ? null : vc.getStatus().condition(ConditionTypes.SYNCER_READY);
        return found == null ? new Condition() : found;
    }
}
