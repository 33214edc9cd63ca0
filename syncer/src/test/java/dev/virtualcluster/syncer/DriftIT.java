// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is changed by hand in the super cluster, and what must not be touched there. */
class DriftIT {
    private static World world;
    private static TenantWorld tenant;

    @BeforeAll
    static void start() {
        world = World.of("drift", 1).startSyncer();
        tenant = world.tenant(1);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void repairsEditedData() {
        // Given
        ConfigMap twin = mirrored("edited");

        // When
        world.superClient()
                .resource(new ConfigMapBuilder(twin).withData(Map.of("a", "2")).build())
                .update();

        // Then
        eventually(() -> assertThat(twin("edited").getData()).isEqualTo(Map.of("a", "1")));
    }

    @Test
    void repairsRemovedLabelsEvenOurSelector() {
        // Given
        ConfigMap twin = mirrored("unlabelled");

        // When
        world.superClient()
                .resource(new ConfigMapBuilder(twin)
                        .editMetadata()
                        .withLabels(Map.of())
                        .endMetadata()
                        .build())
                .update();

        // Then
        eventually(() -> assertThat(twin("unlabelled").getMetadata().getLabels())
                .containsEntry(Keys.CONTROLLED, "true")
                .containsEntry("app.kubernetes.io/name", "settings"));
    }

    @Test
    void keepsLabelsThatSuperSideControllersAdd() {
        // Given
        ConfigMap twin = mirrored("added");
        world.superClient()
                .resource(new ConfigMapBuilder(twin)
                        .editMetadata()
                        .addToLabels("mesh.example.com/injected", "yes")
                        .endMetadata()
                        .build())
                .update();

        // When
        tenant.client()
                .configMaps()
                .inNamespace("added")
                .withName("settings")
                .edit(map ->
                        new ConfigMapBuilder(map).withData(Map.of("a", "9")).build());

        // Then
        eventually(() -> {
            assertThat(twin("added").getData()).containsEntry("a", "9");
            assertThat(twin("added").getMetadata().getLabels()).containsEntry("mesh.example.com/injected", "yes");
        });
    }

    @Test
    void leavesTheAdminsKeysOfNamespacesAlone() {
        // Given
        mirrored("governed");
        Map<String, String> admins = Map.of(
                "scheduler.alpha.kubernetes.io/node-selector", "pool=tenants", "policy.example.com/level", "strict");
        world.superClient()
                .namespaces()
                .withName(tenant.superNamespace("governed"))
                .edit(namespace -> new NamespaceBuilder(namespace)
                        .editMetadata()
                        .addToAnnotations(admins)
                        .endMetadata()
                        .build());

        // When
        markNamespace(
                "governed",
                "set",
                Map.of("scheduler.alpha.kubernetes.io/node-selector", "", "policy.example.com/level", "none"));

        // Then
        eventually(() -> assertThat(superAnnotations("governed"))
                .containsEntry("mark", "set")
                .containsAllEntriesOf(admins));
        // And removing them again removes nothing there.
        markNamespace("governed", "removed", Map.of());
        eventually(() -> assertThat(superAnnotations("governed"))
                .containsEntry("mark", "removed")
                .containsAllEntriesOf(admins));
    }

    @Test
    void makesDeletedTwinAgain() {
        // Given
        ConfigMap twin = mirrored("deleted");

        // When
        world.superClient().resource(twin).delete();

        // Then
        eventually(() -> assertThat(twin("deleted").getMetadata().getUid())
                .isNotEqualTo(twin.getMetadata().getUid()));
    }

    @Test
    void makesDeletedNamespaceAgainWithAllInside() {
        // Given
        mirrored("nsdeleted");

        // When
        world.superClient()
                .namespaces()
                .withName(tenant.superNamespace("nsdeleted"))
                .delete();

        // Then
        eventually(() -> {
            // It is not there for a moment, between the old one's end and the new one.
            var namespace = world.superClient()
                    .namespaces()
                    .withName(tenant.superNamespace("nsdeleted"))
                    .get();
            assertThat(namespace).isNotNull();
            assertThat(namespace.getMetadata().getDeletionTimestamp()).isNull();
            assertThat(twin("nsdeleted")).isNotNull();
        });
    }

    @Test
    void removesTwinMadeForAnEarlierObject() {
        // Given
        ConfigMap twin = mirrored("predecessor");

        // When
        world.superClient()
                .resource(new ConfigMapBuilder(twin)
                        .editMetadata()
                        .addToAnnotations(Keys.TENANT_UID, "00000000-0000-0000-0000-000000000000")
                        .endMetadata()
                        .build())
                .update();

        // Then
        eventually(() -> {
            ConfigMap now = twin("predecessor");
            assertThat(now).isNotNull();
            assertThat(now.getMetadata().getUid())
                    .isNotEqualTo(twin.getMetadata().getUid());
            assertThat(now.getMetadata().getAnnotations())
                    .containsEntry(
                            Keys.TENANT_UID, twin.getMetadata().getAnnotations().get(Keys.TENANT_UID));
        });
    }

    @Test
    void removesExtraObjectThatClaimsATenantObject() {
        // Given
        ConfigMap twin = mirrored("extra");

        // When
        world.superClient()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(twin.getMetadata().getNamespace())
                        .withName("ghost")
                        .withLabels(twin.getMetadata().getLabels())
                        .withAnnotations(twin.getMetadata().getAnnotations())
                        .addToAnnotations(Keys.TENANT_NAME, "ghost")
                        .endMetadata()
                        .build())
                .create();

        // Then
        eventually(() -> assertThat(world.superClient()
                        .configMaps()
                        .inNamespace(twin.getMetadata().getNamespace())
                        .withName("ghost")
                        .get())
                .isNull());
    }

    @Test
    void neverTouchesForeignObjectOfTheSameName() {
        // Given
        mirrored("foreign");
        ConfigMap foreign = world.superClient()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(tenant.superNamespace("foreign"))
                        .withName("theirs")
                        .endMetadata()
                        .withData(Map.of("of", "the administrator"))
                        .build())
                .create();

        // When
        tenant.createConfigMap("foreign", "theirs", Map.of("of", "the tenant"));

        // Then
        eventually(() -> assertThat(tenant.client()
                        .v1()
                        .events()
                        .inNamespace("foreign")
                        .list()
                        .getItems())
                .anySatisfy(event -> {
                    assertThat(event.getReason()).isEqualTo("NameTaken");
                    assertThat(event.getInvolvedObject().getName()).isEqualTo("theirs");
                    assertThat(event.getMessage()).doesNotContain(tenant.key().value());
                }));
        assertThat(world.superClient().resource(foreign).get()).isEqualTo(foreign);
        // And deleting the tenant's object leaves it alone as well.
        tenant.client().configMaps().inNamespace("foreign").withName("theirs").delete();
        tenant.createConfigMap("foreign", "marker", Map.of());
        eventually(() -> assertThat(world.superClient()
                        .configMaps()
                        .inNamespace(tenant.superNamespace("foreign"))
                        .withName("marker")
                        .get())
                .isNotNull());
        assertThat(world.superClient().resource(foreign).get()).isEqualTo(foreign);
    }

    @Test
    void neverWritesIntoForeignNamespace() {
        // Given
        String name = "squatted";
        world.superClient()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(tenant.superNamespace(name))
                        .endMetadata()
                        .build())
                .create();

        // When
        tenant.createNamespace(name);
        tenant.createConfigMap(name, "settings", Map.of("a", "1"));

        // Then
        eventually(() -> assertThat(
                        tenant.client().v1().events().inNamespace(name).list().getItems())
                .anySatisfy(event -> assertThat(event.getReason()).isEqualTo("NameTaken")));
        assertThat(twin(name)).isNull();

        // And it heals when the cause goes.
        world.superClient().namespaces().withName(tenant.superNamespace(name)).delete();
        eventually(() -> assertThat(twin(name)).isNotNull());
    }

    @Test
    void patrolFindsNothingWhenWorldsAgree() {
        // Given
        mirrored("quiet");

        // Then
        eventually(() -> assertThat(world.syncer().patrol().round()).isZero());
    }

    private static ConfigMap mirrored(String namespace) {
        tenant.createNamespace(namespace);
        tenant.createConfigMap(namespace, "settings", Map.of("a", "1"));
        eventually(() -> assertThat(twin(namespace)).isNotNull());
        ConfigMap found = twin(namespace);
        assertThat(found).isNotNull();
        return found;
    }

    private static ConfigMap twin(String namespace) {
        return world.superClient()
                .configMaps()
                .inNamespace(tenant.superNamespace(namespace))
                .withName("settings")
                .get();
    }

    private static void markNamespace(String name, String mark, Map<String, String> annotations) {
        tenant.client()
                .namespaces()
                .withName(name)
                .edit(namespace -> new NamespaceBuilder(namespace)
                        .editMetadata()
                        .withAnnotations(annotations)
                        .addToAnnotations("mark", mark)
                        .endMetadata()
                        .build());
    }

    private static Map<String, String> superAnnotations(String namespace) {
        return world.superClient()
                .namespaces()
                .withName(tenant.superNamespace(namespace))
                .get()
                .getMetadata()
                .getAnnotations();
    }
}
