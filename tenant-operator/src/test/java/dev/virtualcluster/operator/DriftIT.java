// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.controlplane.Completion;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What somebody changes by hand in a control plane is put right. */
class DriftIT {
    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults().withControllerManager());

    @RegisterExtension
    static final ApiServers TENANT =
            ApiServers.of(1, ApiServerOptions.defaults().withServiceCidr("10.97.0.0/16"));

    private static final String POOL = "10.97.56.0/24";
    private static final int SLICE_PREFIX = 28;

    static OperatorHarness harness;
    static VirtualCluster vc;
    static String root;

    @BeforeAll
    static void start() throws InterruptedException {
        harness = new OperatorHarness(SUPER.get(), TENANT.get());
        harness.clusterVersion("minimal");
        harness.start(POOL, SLICE_PREFIX);
        vc = harness.create("drift", "demo");
        root = harness.rootNamespace(vc);
        harness.awaitReady(vc);
    }

    @AfterAll
    static void stop() {
        harness.delete(vc);
        harness.close();
    }

    @Test
    void scalesBackAndResetsWhatWasEdited() {
        // In one write that nobody can be faster than.
        client().apps()
                .statefulSets()
                .inNamespace(root)
                .withName("apiserver")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), """
                        {"spec": {"replicas": 3, "template": {"spec": {"containers": [
                            {"name": "kube-apiserver", "image": "example.org/evil:1"}]}}}}
                        """);

        eventually(client -> {
            var now = client.apps()
                    .statefulSets()
                    .inNamespace(root)
                    .withName("apiserver")
                    .get();
            assertThat(now.getSpec().getReplicas()).isEqualTo(1);
            assertThat(now.getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .getFirst()
                            .getImage())
                    .startsWith("registry.k8s.io/kube-apiserver");
        });
    }

    @Test
    void makesAgainWhatWasDeleted() {
        client().apps().statefulSets().inNamespace(root).withName("etcd").delete();
        client().services().inNamespace(root).withName(Keys.API_SERVER_SERVICE).delete();
        client().services().inNamespace(root).withName(Keys.ETCD).delete();
        client().secrets().inNamespace(root).withName(Keys.SYNCER_KUBECONFIG).delete();

        eventually(client -> {
            assertThat(client.apps()
                            .statefulSets()
                            .inNamespace(root)
                            .withName("etcd")
                            .get())
                    .isNotNull();
            assertThat(client.services().inNamespace(root).withName(Keys.ETCD).get())
                    .isNotNull();
            assertThat(client.secrets()
                            .inNamespace(root)
                            .withName(Keys.SYNCER_KUBECONFIG)
                            .get())
                    .isNotNull();
            var service = client.services()
                    .inNamespace(root)
                    .withName(Keys.API_SERVER_SERVICE)
                    .get();
            assertThat(service).isNotNull();
            assertThat(service.getSpec().getClusterIP()).endsWith(".1");
        });
        harness.awaitReady(vc);
    }

    @Test
    void namesWhoTookTheApiServersAddressAndGoesOnWhenItIsFree() throws InterruptedException {
        harness.stop();
        var service = client().services().inNamespace(root).withName(Keys.API_SERVER_SERVICE);
        String address = service.get().getSpec().getClusterIP();
        service.delete();
        var thief = new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("thief")
                .endMetadata()
                .withNewSpec()
                .withClusterIP(address)
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
        client().resource(thief).create();
        harness.start(POOL, SLICE_PREFIX);

        var blocked = harness.awaitCondition(vc, ConditionTypes.ADDRESS_SLICE_READY, Condition.FALSE, "AddressTaken");
        assertThat(OperatorHarness.message(blocked, ConditionTypes.ADDRESS_SLICE_READY))
                .contains(address, "services default/thief");

        client().resource(thief).delete();
        harness.awaitReady(vc);
        assertThat(service.get().getSpec().getClusterIP()).isEqualTo(address);
    }

    @Test
    void putsBackLabelsThatWereTakenAway() {
        client().secrets().inNamespace(root).withName(Keys.ETCD_CLIENT_SECRET).edit(secret -> {
            secret.getMetadata().setLabels(Map.of());
            return secret;
        });
        client().apps()
                .statefulSets()
                .inNamespace(root)
                .withName("controller-manager")
                .edit(set -> {
                    set.getMetadata().setLabels(Map.of());
                    return set;
                });
        client().namespaces().withName(root).edit(namespace -> {
            namespace.getMetadata().setLabels(Map.of("x", "y"));
            return namespace;
        });

        eventually(client -> {
            assertThat(client.secrets()
                            .inNamespace(root)
                            .withName(Keys.ETCD_CLIENT_SECRET)
                            .get()
                            .getMetadata()
                            .getLabels())
                    .containsKey(Completion.PART_LABEL);
            assertThat(client.apps()
                            .statefulSets()
                            .inNamespace(root)
                            .withName("controller-manager")
                            .get()
                            .getMetadata()
                            .getLabels())
                    .containsEntry(Keys.CONTROLLED, "true");
            assertThat(client.namespaces().withName(root).get().getMetadata().getLabels())
                    .containsEntry(Keys.CLUSTER, root)
                    .containsEntry("x", "y");
        });
    }

    @Test
    void derivesALeafAgainButNeverReplacesAnAuthorityThatItCannotRead() {
        var authority = client().secrets()
                .inNamespace(root)
                .withName(Keys.ROOT_CA_SECRET)
                .get();
        overwrite(Keys.API_SERVER_SERVING_SECRET);
        eventually(client ->
                assertThat(decoded(client, Keys.API_SERVER_SERVING_SECRET)).contains("BEGIN CERTIFICATE"));

        String readyTime = harness.get(vc).getStatus().getReadyTime();
        overwrite(Keys.ROOT_CA_SECRET);

        var refused =
                harness.awaitCondition(vc, ConditionTypes.CERTIFICATES_READY, Condition.FALSE, "InvalidAuthority");
        assertThat(refused.getStatus().getMessage()).contains("Secret root-ca").contains("Restore it");
        assertThat(refused.getStatus().getReadyTime())
                .as("when it was ready first")
                .isNotNull()
                .isEqualTo(readyTime);
        assertThat(decoded(client(), Keys.ROOT_CA_SECRET))
                .as("left for a person")
                .isEqualTo("rubbish");
        client().secrets()
                .inNamespace(root)
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(Keys.ROOT_CA_SECRET)
                        .withLabels(authority.getMetadata().getLabels())
                        .withAnnotations(authority.getMetadata().getAnnotations())
                        .endMetadata()
                        .withType(authority.getType())
                        .withData(authority.getData())
                        .build())
                .update();
        harness.awaitReady(vc);
    }

    @Test
    void restartsWhatReadsAnAuthorityOnlyOnceWhenThatIsMadeAnew() {
        String before = restartKey("etcd");
        client().secrets().inNamespace(root).withName(Keys.ETCD_CA_SECRET).delete();

        eventually(client -> {
            assertThat(client.secrets()
                            .inNamespace(root)
                            .withName(Keys.ETCD_CA_SECRET)
                            .get())
                    .isNotNull();
            assertThat(restartKey("etcd")).isNotEqualTo(before);
        });
        harness.awaitReady(vc);
    }

    private static void overwrite(String secret) {
        client().secrets().inNamespace(root).withName(secret).edit(each -> {
            each.setData(Map.of(Keys.TLS_CERT, "cnViYmlzaA==", Keys.TLS_KEY, "cnViYmlzaA=="));
            return each;
        });
    }

    private static String decoded(KubernetesClient client, String secret) {
        Secret found = client.secrets().inNamespace(root).withName(secret).get();
        return new String(
                java.util.Base64.getDecoder().decode(found.getData().get(Keys.TLS_CERT)),
                java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String restartKey(String part) {
        return client().apps()
                .statefulSets()
                .inNamespace(root)
                .withName(part)
                .get()
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations()
                .getOrDefault(Completion.CREDENTIALS_ANNOTATION, "");
    }

    private static void eventually(ThrowingConsumer<KubernetesClient> check) {
        await().atMost(OperatorHarness.PATIENCE).untilAsserted(() -> check.accept(client()));
    }

    private static KubernetesClient client() {
        return harness.client();
    }
}
