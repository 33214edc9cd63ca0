// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Creation, update and deletion downwards, between real API servers. */
class MirrorIT {
    private static World world;
    private static TenantWorld tenant;
    private static TenantWorld other;

    @BeforeAll
    static void start() {
        world = World.of("mirror", 2).startSyncer();
        tenant = world.tenant(1);
        other = world.tenant(2);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void mirrorsConfigMapWithProofAndLabels() {
        // Given
        tenant.createNamespace("shop");

        // When
        ConfigMap source = tenant.createConfigMap("shop", "settings", Map.of("colour", "blue"));

        // Then
        eventually(() -> {
            ConfigMap twin = superConfigMap(tenant, "shop", "settings");
            assertThat(twin).isNotNull();
            assertThat(twin.getData()).isEqualTo(Map.of("colour", "blue"));
            assertThat(twin.getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/name", "settings")
                    .containsEntry(Keys.CONTROLLED, "true")
                    .containsEntry(Keys.CLUSTER, tenant.key().value());
            assertThat(twin.getMetadata().getAnnotations())
                    .containsEntry(Keys.TENANT_UID, source.getMetadata().getUid())
                    .containsEntry(Keys.TENANT_NAMESPACE, "shop")
                    .containsEntry(Keys.TENANT_NAME, "settings");
        });
        Namespace namespace = world.superClient()
                .namespaces()
                .withName(tenant.superNamespace("shop"))
                .get();
        assertThat(namespace.getMetadata().getLabels()).containsEntry("pod-security.kubernetes.io/enforce", "baseline");
        assertThat(namespace.getMetadata().getAnnotations())
                .containsEntry(
                        Keys.VC_UID, tenant.virtualCluster().getMetadata().getUid());
    }

    @Test
    void followsUpdatesAndRemovedKeys() {
        // Given
        tenant.createNamespace("updates");
        ConfigMap source = tenant.createConfigMap("updates", "settings", Map.of("a", "1", "b", "2"));
        eventually(
                () -> assertThat(superConfigMap(tenant, "updates", "settings")).isNotNull());

        // When
        tenant.client()
                .resource(new ConfigMapBuilder(source)
                        .editMetadata()
                        .removeFromLabels("app.kubernetes.io/name")
                        .addToLabels("tier", "web")
                        .withResourceVersion(null)
                        .endMetadata()
                        .withData(Map.of("b", "3"))
                        .build())
                .update();

        // Then
        eventually(() -> {
            ConfigMap twin = superConfigMap(tenant, "updates", "settings");
            assertThat(twin.getData()).isEqualTo(Map.of("b", "3"));
            assertThat(twin.getMetadata().getLabels())
                    .containsEntry("tier", "web")
                    .doesNotContainKey("app.kubernetes.io/name");
        });
    }

    @Test
    void deletesTwinWithItsObject() {
        // Given
        tenant.createNamespace("deletes");
        ConfigMap source = tenant.createConfigMap("deletes", "settings", Map.of());
        eventually(
                () -> assertThat(superConfigMap(tenant, "deletes", "settings")).isNotNull());

        // When
        tenant.client().resource(source).delete();

        // Then
        eventually(
                () -> assertThat(superConfigMap(tenant, "deletes", "settings")).isNull());
    }

    @Test
    void endsNamespaceOnBothSides() {
        // Given
        tenant.createNamespace("going");
        tenant.createConfigMap("going", "settings", Map.of("a", "1"));
        eventually(() -> assertThat(superConfigMap(tenant, "going", "settings")).isNotNull());

        // When
        tenant.client().namespaces().withName("going").delete();

        // Then
        eventually(() -> {
            assertThat(tenant.client().namespaces().withName("going").get()).isNull();
            assertThat(world.superClient()
                            .namespaces()
                            .withName(tenant.superNamespace("going"))
                            .get())
                    .isNull();
        });
    }

    @Test
    void recreatedNamespaceGetsNewTwin() {
        // Given
        tenant.createNamespace("again");
        tenant.createConfigMap("again", "first", Map.of());
        eventually(() -> assertThat(superConfigMap(tenant, "again", "first")).isNotNull());
        tenant.client().namespaces().withName("again").delete();
        eventually(() ->
                assertThat(tenant.client().namespaces().withName("again").get()).isNull());

        // When
        Namespace second = tenant.createNamespace("again");
        tenant.createConfigMap("again", "second", Map.of());

        // Then
        eventually(() -> {
            assertThat(superConfigMap(tenant, "again", "second")).isNotNull();
            assertThat(superConfigMap(tenant, "again", "first")).isNull();
            assertThat(world.superClient()
                            .namespaces()
                            .withName(tenant.superNamespace("again"))
                            .get()
                            .getMetadata()
                            .getAnnotations())
                    .containsEntry(Keys.TENANT_UID, second.getMetadata().getUid());
        });
    }

    @Test
    void keepsEqualNamesOfTwoTenantsApart() {
        // Given
        tenant.createNamespace("same");
        other.createNamespace("same");

        // When
        tenant.createConfigMap("same", "settings", Map.of("of", "one"));
        other.createConfigMap("same", "settings", Map.of("of", "two"));

        // Then
        eventually(() -> {
            assertThat(superConfigMap(tenant, "same", "settings").getData()).containsEntry("of", "one");
            assertThat(superConfigMap(other, "same", "settings").getData()).containsEntry("of", "two");
        });
    }

    @Test
    void mirrorsLongestNames() {
        // Given
        String longest = "n".repeat(63);
        tenant.createNamespace(longest);

        // When
        tenant.createConfigMap(longest, "c".repeat(253), Map.of("a", "1"));

        // Then
        eventually(() ->
                assertThat(superConfigMap(tenant, longest, "c".repeat(253))).isNotNull());
        assertThat(tenant.superNamespace(longest)).hasSize(63);
    }

    @Test
    void mirrorsRootCaUnderAnotherName() {
        // When
        tenant.createNamespace("rootca");

        // Then
        eventually(() -> {
            ConfigMap theirs = tenant.client()
                    .configMaps()
                    .inNamespace("rootca")
                    .withName("kube-root-ca.crt")
                    .get();
            ConfigMap twin = superConfigMap(tenant, "rootca", "tenant-kube-root-ca.crt");
            assertThat(theirs).isNotNull();
            assertThat(twin).isNotNull();
            assertThat(twin.getData()).isEqualTo(theirs.getData());
            assertThat(superConfigMap(tenant, "rootca", "kube-root-ca.crt").getData())
                    .isNotEqualTo(theirs.getData());
        });
    }

    @Test
    void mirrorsSecretsAndTakesTypeFromTokens() {
        // Given
        tenant.createNamespace("secrets");
        tenant.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("secrets")
                        .withName("tls")
                        .endMetadata()
                        .withType("kubernetes.io/tls")
                        .addToStringData("tls.crt", "")
                        .addToStringData("tls.key", "")
                        .build())
                .create();

        // When
        tenant.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("secrets")
                        .withName("token")
                        .addToAnnotations("kubernetes.io/service-account.name", "default")
                        .endMetadata()
                        .withType("kubernetes.io/service-account-token")
                        .build())
                .create();

        // Then
        eventually(() -> {
            Secret token = superSecret("secrets", "token");
            assertThat(token).isNotNull();
            assertThat(token.getType()).isEqualTo("Opaque");
            assertThat(token.getData()).containsKey("token");
            assertThat(superSecret("secrets", "tls").getType()).isEqualTo("kubernetes.io/tls");
        });
    }

    @Test
    void takesOverDefaultServiceAccount() {
        // When
        tenant.createNamespace("accounts");

        // Then
        eventually(() -> {
            ServiceAccount twin = world.superClient()
                    .serviceAccounts()
                    .inNamespace(tenant.superNamespace("accounts"))
                    .withName("default")
                    .get();
            assertThat(twin).isNotNull();
            assertThat(twin.getMetadata().getLabels()).containsEntry(Keys.CONTROLLED, "true");
            assertThat(twin.getAutomountServiceAccountToken()).isFalse();
        });
    }

    @Test
    void copiesNamespaceLabelsButNotItsSecurityLevel() {
        // When
        tenant.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("labelled")
                        .addToLabels("team", "red")
                        .addToLabels("pod-security.kubernetes.io/enforce", "privileged")
                        .addToLabels(Keys.CLUSTER, "somebody-else")
                        .endMetadata()
                        .build())
                .create();

        // Then
        eventually(() -> {
            Namespace twin = world.superClient()
                    .namespaces()
                    .withName(tenant.superNamespace("labelled"))
                    .get();
            assertThat(twin).isNotNull();
            assertThat(twin.getMetadata().getLabels())
                    .containsEntry("team", "red")
                    .containsEntry("pod-security.kubernetes.io/enforce", "baseline")
                    .containsEntry(Keys.CLUSTER, tenant.key().value())
                    .containsEntry("kubernetes.io/metadata.name", tenant.superNamespace("labelled"));
        });
    }

    private static ConfigMap superConfigMap(TenantWorld whose, String namespace, String name) {
        return world.superClient()
                .configMaps()
                .inNamespace(whose.superNamespace(namespace))
                .withName(name)
                .get();
    }

    private static Secret superSecret(String namespace, String name) {
        return world.superClient()
                .secrets()
                .inNamespace(tenant.superNamespace(namespace))
                .withName(name)
                .get();
    }
}
