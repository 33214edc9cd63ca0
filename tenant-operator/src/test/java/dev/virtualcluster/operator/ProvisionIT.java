// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.Phases;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProvisionIT {
    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults().withControllerManager());

    @RegisterExtension
    static final ApiServers TENANT =
            ApiServers.of(1, ApiServerOptions.defaults().withServiceCidr("10.97.0.0/16"));

    static OperatorHarness harness;
    static final AtomicInteger WRITES = new AtomicInteger();

    @BeforeAll
    static void start() throws InterruptedException {
        harness = new OperatorHarness(SUPER.get(), TENANT.get());
        harness.clusterVersion("minimal");
        harness.start("10.97.16.0/20", 24, new WriteGate() {
            @Override
            public void before(String verb, String kind) {}

            @Override
            public void after(String verb, String kind) {
                WRITES.incrementAndGet();
            }
        });
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    @Test
    void makesAWholeControlPlaneThenWritesNothingMoreAndLeavesNothingBehind() {
        var client = harness.client();
        var vc = harness.create("provision", "demo");
        String root = harness.rootNamespace(vc);

        var ready = harness.awaitReady(vc);

        assertThat(ready.getStatus().getPhase()).isEqualTo(Phases.RUNNING);
        assertThat(ready.getStatus().getClusterNamespace()).isEqualTo(root);
        assertThat(ready.getStatus().getObservedGeneration()).isEqualTo(1);
        assertThat(ready.getStatus().getKubernetesVersion()).startsWith("v1.");
        assertThat(ready.getStatus().getConditions())
                .extracting(condition -> condition.getType() + " " + condition.getStatus())
                .contains(
                        "Ready True",
                        "NamespaceReady True",
                        "AddressSliceReady True",
                        "CertificatesReady True",
                        "EtcdReady True",
                        "APIServerReady True",
                        "ControllerManagerReady True",
                        "AddOnsReady True");
        String slice = OperatorHarness.slice(ready);
        assertThat(client.namespaces().withName(root).get().getMetadata().getAnnotations())
                .containsEntry(Keys.VC_UID, vc.getMetadata().getUid())
                .containsEntry(Keys.VC_ROOT_NAMESPACE, "true");
        assertThat(client.secrets().inNamespace(root).list().getItems()).hasSize(12);
        assertThat(client.apps().statefulSets().inNamespace(root).list().getItems())
                .extracting(set -> set.getMetadata().getName())
                .containsExactlyInAnyOrder("etcd", "apiserver", "controller-manager");
        var service = client.services()
                .inNamespace(root)
                .withName(Keys.API_SERVER_SERVICE)
                .get();
        assertThat(service.getSpec().getClusterIP()).isEqualTo(slice.replace(".0/24", ".1"));
        assertThat(client.resources(IPAddress.class)
                        .withLabel(Keys.CLUSTER, root)
                        .list()
                        .getItems())
                .as("every address but the API server's is reserved")
                .hasSize(253);
        assertThat(client.configMaps()
                        .inNamespace(OperatorHarness.SYSTEM_NAMESPACE)
                        .withName(Keys.AGENT_CLIENT_CA_CONFIG_MAP)
                        .get()
                        .getData())
                .containsOnlyKeys(Keys.CA_CERT);

        writesNothingFor(Duration.ofSeconds(5));

        harness.delete(vc);
        assertThat(client.namespaces().withName(root).get()).isNull();
        assertThat(client.resources(ServiceCIDR.class)
                        .withLabel(Keys.CLUSTER, root)
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(client.resources(IPAddress.class)
                        .withLabel(Keys.CLUSTER, root)
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void keepsTwoTenantsOfTheSameNameApart() {
        var one = harness.create("provision-a", "same");
        var other = harness.create("provision-b", "same");

        var first = harness.awaitReady(one);
        var second = harness.awaitReady(other);

        assertThat(harness.rootNamespace(one)).isNotEqualTo(harness.rootNamespace(other));
        assertThat(first.getStatus().getServiceCidr())
                .isNotEqualTo(second.getStatus().getServiceCidr());
        harness.delete(one);
        assertThat(harness.client()
                        .namespaces()
                        .withName(harness.rootNamespace(other))
                        .get())
                .isNotNull();
        harness.delete(other);
    }

    @Test
    void makesEachPartWhenTheOneThatItCallsIsOnItsWay() {
        var kubelets = harness.kubelets();
        var vc = harness.create("provision-order", "demo");
        String root = harness.rootNamespace(vc);
        var etcd = new ObjectKey(root, "etcd-0");
        var apiServer = new ObjectKey(root, "apiserver-0");
        kubelets.lose(etcd);
        kubelets.lose(apiServer);

        assertThatSetsStay(root, "etcd");
        await().untilAsserted(() -> {
            assertThat(OperatorHarness.condition(harness.get(vc), ConditionTypes.UP_TO_DATE))
                    .isNotNull()
                    .extracting(condition -> condition.getReason())
                    .isEqualTo("RollingOut");
            assertThat(OperatorHarness.condition(harness.get(vc), ConditionTypes.API_SERVER_READY))
                    .isNotNull()
                    .extracting(condition -> condition.getMessage())
                    .isEqualTo("The API server is not created yet: it waits until what it calls is on its way, etcd");
        });

        kubelets.find(etcd);
        assertThatSetsStay(root, "apiserver", "etcd");

        kubelets.find(apiServer);
        harness.awaitReady(vc);
        harness.delete(vc);
    }

    private static void assertThatSetsStay(String root, String... names) {
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(harness.client()
                                .apps()
                                .statefulSets()
                                .inNamespace(root)
                                .list()
                                .getItems())
                        .extracting(set -> set.getMetadata().getName())
                        .containsExactly(names));
    }

    @Test
    void believesNoStatusThatSomebodyWrote() {
        harness.namespace("victim");
        var vc = harness.create("provision-c", "preset");
        harness.client()
                .resource(vc)
                .subresource("status")
                .patch(
                        io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
                        "{\"status\":{\"phase\":\"Running\",\"clusterNamespace\":\"victim\","
                                + "\"serviceCidr\":\"10.96.0.0/24\"}}");

        var ready = harness.awaitReady(vc);

        assertThat(ready.getStatus().getClusterNamespace()).isEqualTo(harness.rootNamespace(vc));
        assertThat(ready.getStatus().getServiceCidr()).startsWith("10.97.");
        harness.delete(vc);
        assertThat(harness.client()
                        .namespaces()
                        .withName("victim")
                        .get()
                        .getMetadata()
                        .getDeletionTimestamp())
                .isNull();
        assertThat(harness.client().secrets().inNamespace("victim").list().getItems())
                .isEmpty();
    }

    @Test
    void installsDnsIntoTheTenantOnceAndLeavesItToHim() throws InterruptedException {
        harness.clusterVersion(
                "minimal", "with-dns", version -> version.getSpec().put("coreDNS", Map.of("replicas", 2)));
        var vc = harness.create(
                "provision-d", "dns", "with-dns", each -> each.getSpec().setClusterDomain("corp.example"));

        var ready = harness.awaitReady(vc);

        try (var connection = harness.connectTenant()) {
            var tenant = connection.client();
            var service = tenant.services()
                    .inNamespace("kube-system")
                    .withName("kube-dns")
                    .get();
            assertThat(service.getSpec().getClusterIP())
                    .isEqualTo(OperatorHarness.slice(ready).replace(".0/24", ".10"));
            assertThat(tenant.configMaps()
                            .inNamespace("kube-system")
                            .withName("coredns")
                            .get()
                            .getData()
                            .get("Corefile"))
                    .contains("kubernetes corp.example in-addr.arpa");
            tenant.apps()
                    .deployments()
                    .inNamespace("kube-system")
                    .withName("coredns")
                    .delete();
            harness.stop();
            harness.start("10.97.16.0/20", 24);
            await().during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(tenant.apps()
                                    .deployments()
                                    .inNamespace("kube-system")
                                    .withName("coredns")
                                    .get())
                            .as("what the tenant removes stays removed")
                            .isNull());
        }
        assertThat(OperatorHarness.condition(harness.get(vc), ConditionTypes.ADD_ONS_READY))
                .isNotNull();
        harness.delete(vc);
    }

    @Test
    void restartsTheDnsOfATenantWhoseAuthorityIsAnother() {
        harness.clusterVersion(
                "minimal", "with-one-dns", version -> version.getSpec().put("coreDNS", Map.of("replicas", 1)));
        var vc = harness.awaitReady(harness.create("provision-e", "authority", "with-one-dns", each -> {}));
        String former = authority(vc);
        try (var connection = harness.connectTenant()) {
            var tenant = connection.client();
            trust(tenant, former);
            assertThat(restartedFor(tenant))
                    .as("of what was installed under this authority")
                    .isNull();

            deleteAuthority(vc);

            await().atMost(OperatorHarness.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(OperatorHarness.message(harness.get(vc), ConditionTypes.ADD_ONS_READY))
                                    .contains("when the tenant's pods are given the new authority"));
            assertThat(restartedFor(tenant))
                    .as("pods would read the former one")
                    .isNull();

            trust(tenant, authority(vc));

            await().atMost(OperatorHarness.PATIENCE)
                    .untilAsserted(() -> assertThat(restartedFor(tenant)).isNotNull());
            harness.awaitCondition(vc, ConditionTypes.ADD_ONS_READY, Condition.TRUE, "Installed");

            dns(tenant).delete();
            deleteAuthority(vc);
            await().atMost(OperatorHarness.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(OperatorHarness.message(harness.get(vc), ConditionTypes.ADD_ONS_READY))
                                    .contains("when the tenant's pods are given the new authority"));
            trust(tenant, authority(vc));
            harness.awaitCondition(vc, ConditionTypes.ADD_ONS_READY, Condition.TRUE, "Installed");
            assertThat(dns(tenant).get())
                    .as("what the tenant removes stays removed")
                    .isNull();
            tenant.configMaps()
                    .inNamespace("kube-system")
                    .withName("kube-root-ca.crt")
                    .delete();
        }
        harness.delete(vc);
    }

    private static void deleteAuthority(VirtualCluster vc) {
        String former = authority(vc);
        harness.client()
                .secrets()
                .inNamespace(harness.rootNamespace(vc))
                .withName(Keys.ROOT_CA_SECRET)
                .delete();
        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() -> assertThat(authority(vc)).isNotEmpty().isNotEqualTo(former));
    }

    private static String authority(VirtualCluster vc) {
        var secret = harness.client()
                .secrets()
                .inNamespace(harness.rootNamespace(vc))
                .withName(Keys.ROOT_CA_SECRET)
                .get();
        return secret == null
                ? ""
                : new String(Base64.getDecoder().decode(secret.getData().get(Keys.TLS_CERT)), StandardCharsets.UTF_8);
    }

    /** Stands for the tenant's controller-manager. */
    private static void trust(KubernetesClient tenant, String authority) {
        tenant.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-system")
                        .withName("kube-root-ca.crt")
                        .endMetadata()
                        .addToData(Keys.CA_CERT, authority)
                        .build())
                .createOr(NonDeletingOperation::update);
    }

    private static RollableScalableResource<Deployment> dns(KubernetesClient tenant) {
        return tenant.apps().deployments().inNamespace("kube-system").withName("coredns");
    }

    private static @Nullable String restartedFor(KubernetesClient tenant) {
        var meta = dns(tenant).get().getSpec().getTemplate().getMetadata();
        return meta.getAnnotations() == null ? null : meta.getAnnotations().get(Keys.PREFIX + "authority");
    }

    private static void writesNothingFor(Duration duration) {
        await().atMost(OperatorHarness.PATIENCE).pollInterval(duration).untilAsserted(() -> {
            int before = WRITES.get();
            await().pollDelay(duration).atMost(duration.plusSeconds(5)).untilAsserted(() -> {});
            assertThat(WRITES.get()).as("writes of an idle operator").isEqualTo(before);
        });
    }
}
