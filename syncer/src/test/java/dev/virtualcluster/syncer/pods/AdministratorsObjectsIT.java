// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static dev.virtualcluster.syncer.pods.PodWorld.pod;
import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the administrator has in a tenant's super namespaces and pods stays out of the reach of the tenant's pods. */
class AdministratorsObjectsIT {
    private static PodWorld pods;

    @BeforeAll
    static void start() {
        pods = new PodWorld("admins");
    }

    @AfterAll
    static void stop() {
        pods.close();
    }

    @Test
    void keepsPodFromTheAdministratorsSecret() {
        // Given
        HasMetadata theirs = inSuper(
                new SecretBuilder().withMetadata(meta("secrets", "regcred")).build());

        // When
        Pod mounting = pods.create(pod("secrets", "mounting")
                .editSpec()
                .addNewVolume()
                .withName("stolen")
                .withNewSecret()
                .withSecretName("regcred")
                .endSecret()
                .endVolume()
                .endSpec()
                .build());
        Pod pulling = pods.create(pod("secrets", "pulling")
                .editSpec()
                .addNewImagePullSecret("regcred")
                .endSpec()
                .build());

        // Then
        awaitEvent(mounting, "NameTaken", "Secret regcred");
        awaitEvent(pulling, "NameTaken", "Secret regcred");
        assertThat(pods.superPod(mounting)).isNull();
        assertThat(pods.superPod(pulling)).isNull();
        // And they come when the name is free.
        pods.world().superClient().resource(theirs).delete();
        pods.awaitSuperPod(mounting);
        pods.awaitSuperPod(pulling);
    }

    /** Admission below would give them to any pod that has none, whatever the tenant's account says by then. */
    @Test
    void hasInTheTwinOfAnAccountTheAdministratorsPullSecretsAlone() {
        // Given
        ServiceAccount account = new ServiceAccountBuilder()
                .withMetadata(meta("accounts-pull", "puller"))
                .editMetadata()
                .addToAnnotations("kubernetes.io/enforce-mountable-secrets", "true")
                .endMetadata()
                .addNewImagePullSecret("regcred")
                .addNewSecret()
                .withName("own")
                .endSecret()
                .build();
        pods.tenant().createNamespace("accounts-pull");

        // When
        tenant().resource(account).create();

        // Then
        eventually(() -> assertThat(superAccount("accounts-pull", "puller")).isNotNull());
        ServiceAccount twin = Objects.requireNonNull(superAccount("accounts-pull", "puller"));
        assertThat(twin.getImagePullSecrets()).isEmpty();
        assertThat(twin.getSecrets()).isEmpty();
        assertThat(twin.getMetadata().getAnnotations()).doesNotContainKey("kubernetes.io/enforce-mountable-secrets");
        // And the administrator's stay.
        pods.world()
                .superClient()
                .resource(twin)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"imagePullSecrets\":[{\"name\":\"admin-pull\"}]}");
        tenant().resource(account)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"imagePullSecrets\":[{\"name\":\"other\"}],\"metadata\":{\"labels\":{\"colour\":\"red\"}}}");
        eventually(() -> assertThat(superAccount("accounts-pull", "puller"))
                .satisfies(
                        changed -> assertThat(changed.getMetadata().getLabels()).containsEntry("colour", "red")));
        assertThat(Objects.requireNonNull(superAccount("accounts-pull", "puller"))
                        .getImagePullSecrets())
                .extracting("name")
                .containsExactly("admin-pull");
    }

    private static @Nullable ServiceAccount superAccount(String namespace, String name) {
        return pods.world()
                .superClient()
                .serviceAccounts()
                .inNamespace(pods.tenant().superNamespace(namespace))
                .withName(name)
                .get();
    }

    @Test
    void letsPodNameWhatIsTheTenantsAndWhatNobodyHas() {
        // Given
        pods.tenant().createNamespace("names");
        tenant().resource(new ConfigMapBuilder()
                        .withMetadata(meta("names", "own"))
                        .build())
                .create();

        // When
        Pod created = pods.create(pod("names", "web")
                .editSpec()
                .editFirstContainer()
                .addNewEnvFrom()
                .withNewConfigMapRef("own", false)
                .endEnvFrom()
                .addNewEnvFrom()
                .withNewConfigMapRef("kube-root-ca.crt", false)
                .endEnvFrom()
                .addNewEnvFrom()
                .withNewSecretRef("later", true)
                .endEnvFrom()
                .endContainer()
                .endSpec()
                .build());

        // Then
        pods.awaitSuperPod(created);
    }

    @Test
    void neverRunsPodUnderTheAdministratorsAccount() {
        // Given
        HasMetadata theirs = inSuper(new ServiceAccountBuilder()
                .withMetadata(meta("accounts", "deployer"))
                .build());

        // When
        Pod created = pods.create(pod("accounts", "web")
                .editSpec()
                .withServiceAccountName("deployer")
                .endSpec()
                .build());

        // Then
        awaitEvent(
                created,
                "FailedCreate",
                "error looking up service account accounts/deployer: serviceaccount \"deployer\" not found");
        assertThat(pods.superPod(created)).isNull();
        // And it comes when the tenant has the account.
        pods.world().superClient().resource(theirs).delete();
        tenant().resource(new ServiceAccountBuilder()
                        .withMetadata(meta("accounts", "deployer"))
                        .build())
                .create();
        pods.awaitSuperPod(created);
    }

    @Test
    void keepsAddedContainerFromTheAdministratorsSecret() {
        // Given
        Pod running = pods.running(pod("added", "web").build());
        inSuper(new SecretBuilder().withMetadata(meta("added", "regcred")).build());

        // When
        addTo(
                tenant(),
                running,
                new EphemeralContainerBuilder()
                        .withName("thief")
                        .withImage("example.com/debug:1")
                        .addNewEnvFrom()
                        .withNewSecretRef("regcred", false)
                        .endEnvFrom()
                        .build());
        addTo(tenant(), running, debugger("honest"));

        // Then
        awaitEvent(running, "NameTaken", "Secret regcred");
        eventually(() -> assertThat(superPod(running).getMetadata().getAnnotations())
                .containsEntry(Keys.CONTAINERS, "app,honest"));
        assertThat(superPod(running).getSpec().getEphemeralContainers())
                .extracting("name")
                .containsExactly("honest");
        forget(running);
    }

    @Test
    void doesNotCallAContainerTheTenantsThatTheAdministratorPutIntoThePod() {
        // Given
        Pod running = pods.running(pod("debugged", "web").build());
        addTo(pods.world().superClient(), superPod(running), debugger("debugger-ab1cd"));

        // When
        addTo(
                tenant(),
                running,
                new EphemeralContainerBuilder(debugger("debugger-ab1cd"))
                        .withImage("example.com/any:1")
                        .build());

        // Then
        awaitEvent(running, "NameTaken", "debugger-ab1cd");
        label(running, "colour", "red");
        eventually(() -> assertThat(superPod(running).getMetadata().getLabels())
                .as("all else is kept in step")
                .containsEntry("colour", "red"));
        assertThat(superPod(running).getMetadata().getAnnotations()).containsEntry(Keys.CONTAINERS, "app");
        forget(running);
    }

    /** Its program alone does not make it the tenant's: in his own the address of his API server stands. */
    @Test
    void doesNotTakeTheAdministratorsContainerForTheTenantsWhoGuessedItsProgram() {
        // Given
        Pod running = pods.running(pod("guessed", "web").build());
        addTo(pods.world().superClient(), superPod(running), debugger("debugger"));

        // When
        addTo(tenant(), running, debugger("debugger"));

        // Then
        awaitEvent(running, "NameTaken", "debugger");
        assertThat(superPod(running).getMetadata().getAnnotations()).containsEntry(Keys.CONTAINERS, "app");
        forget(running);
    }

    /** A syncer may be killed between adding a container and writing it down. */
    @Test
    void writesDownTheTenantsContainerThatAKilledSyncerAdded() {
        // Given
        Pod running = pods.running(pod("unrecorded", "web").build());
        addTo(tenant(), running, debugger("debugger"));
        eventually(() -> assertThat(superPod(running).getMetadata().getAnnotations())
                .containsEntry(Keys.CONTAINERS, "app,debugger"));

        // When
        pods.world()
                .superClient()
                .resource(superPod(running))
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"" + Keys.CONTAINERS + "\":\"app\"}}}");

        // Then
        eventually(() -> assertThat(superPod(running).getMetadata().getAnnotations())
                .containsEntry(Keys.CONTAINERS, "app,debugger"));
        forget(running);
    }

    private static EphemeralContainer debugger(String name) {
        return new EphemeralContainerBuilder()
                .withName(name)
                .withImage("example.com/debug:1")
                .withCommand("sh")
                .build();
    }

    private static void addTo(KubernetesClient client, Pod pod, EphemeralContainer container) {
        // The syncer writes as well, so there may be conflicts.
        eventually(() -> client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .ephemeralContainers()
                .edit(found -> new PodBuilder(found)
                        .editSpec()
                        .addToEphemeralContainers(container)
                        .endSpec()
                        .build()));
    }

    private static void label(Pod pod, String key, String value) {
        tenant().resource(pod)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"labels\":{\"" + key + "\":\"" + value + "\"}}}");
    }

    private static void awaitEvent(Pod about, String reason, String words) {
        eventually(() -> assertThat(tenant().v1()
                        .events()
                        .inNamespace(about.getMetadata().getNamespace())
                        .list()
                        .getItems())
                .anySatisfy(event -> {
                    assertThat(event.getInvolvedObject().getUid())
                            .isEqualTo(about.getMetadata().getUid());
                    assertThat(event.getReason()).isEqualTo(reason);
                    assertThat(event.getMessage())
                            .contains(words)
                            .doesNotContain(pods.tenant().key().value());
                }));
    }

    /** Puts an object of the administrator's where the tenant's namespace is mirrored to. */
    private static HasMetadata inSuper(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        if (tenant().namespaces().withName(namespace).get() == null) {
            pods.tenant().createNamespace(namespace);
        }
        String superNamespace = pods.tenant().superNamespace(namespace);
        eventually(() -> assertThat(pods.world()
                        .superClient()
                        .namespaces()
                        .withName(superNamespace)
                        .get())
                .isNotNull());
        object.getMetadata().setNamespace(superNamespace);
        return pods.world().superClient().resource(object).create();
    }

    private static ObjectMeta meta(String namespace, String name) {
        return new ObjectMetaBuilder().withNamespace(namespace).withName(name).build();
    }

    private static void forget(Pod pod) {
        tenant().resource(pod).withGracePeriod(0).delete();
    }

    private static KubernetesClient tenant() {
        return pods.tenant().client();
    }

    private static Pod superPod(Pod pod) {
        return Objects.requireNonNull(pods.superPod(pod));
    }
}
