// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.Phases;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.versions.RawClusterVersion;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A running tenant whose ClusterVersion changes: all of the change is applied, or nothing, and the status says which. */
class UpgradeIT {
    private static final String NEXT_IMAGE = "example.org/kube-apiserver:next";

    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults().withControllerManager());

    @RegisterExtension
    static final ApiServers TENANT =
            ApiServers.of(1, ApiServerOptions.defaults().withServiceCidr("10.97.0.0/16"));

    static OperatorHarness harness;

    @BeforeAll
    static void start() throws InterruptedException {
        harness = new OperatorHarness(SUPER.get(), TENANT.get());
        harness.start("10.97.72.0/24", 28);
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    @Test
    void neverChangesTheNumberOfEtcdMembers() {
        var vc = running("etcd-size");
        byte[] certificate = etcdCertificate(vc);

        change("etcd-size", version -> {
            spec(version, "etcd").put("replicas", 3);
            container(version, "apiServer").put("image", NEXT_IMAGE);
        });

        var refused = harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.FALSE, "EtcdSizeFixed");
        assertThat(OperatorHarness.message(refused, ConditionTypes.UP_TO_DATE))
                .startsWith("Goes on with what runs; not applied: etcd has 1 member and the ClusterVersion asks for 3");
        goesOnUnchanged(refused);
        assertThat(set(vc, "etcd").getSpec().getReplicas()).isEqualTo(1);
        assertThat(etcdCertificate(vc)).as("names the members that run").isEqualTo(certificate);

        // And a size that somebody edited by hand is still put right.
        change("etcd-size", version -> {});
        harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.TRUE, "Applied");
        harness.client()
                .apps()
                .statefulSets()
                .inNamespace(harness.rootNamespace(vc))
                .withName("etcd")
                .scale(3);
        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() ->
                        assertThat(set(vc, "etcd").getSpec().getReplicas()).isEqualTo(1));
        harness.delete(vc);
    }

    @Test
    void appliesNothingOfAChangeOfWhichOnePartIsRefused() {
        var vc = running("fixed-volumes");

        change("fixed-volumes", version -> {
            spec(version, "etcd")
                    .put(
                            "volumeClaimTemplates",
                            List.of(Map.of(
                                    "metadata",
                                    Map.of("name", "data"),
                                    "spec",
                                    Map.of(
                                            "accessModes",
                                            List.of("ReadWriteOnce"),
                                            "resources",
                                            Map.of("requests", Map.of("storage", "1Gi"))))));
            container(version, "apiServer").put("image", NEXT_IMAGE);
        });

        var refused = harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.FALSE, "Refused");
        assertThat(OperatorHarness.message(refused, ConditionTypes.UP_TO_DATE)).contains("updates to statefulset spec");
        goesOnUnchanged(refused);
        harness.delete(vc);
    }

    @Test
    void isNotReadyByARefusalThatCameBeforeItsAddOns() {
        String absent = "example.org/kube-apiserver:absent";
        harness.kubelets().imageIsMissing(absent);
        change("early", version -> container(version, "apiServer").put("image", absent));
        var vc = harness.create("upgrade", "early", "early", each -> {});
        harness.awaitCondition(vc, ConditionTypes.API_SERVER_READY, Condition.FALSE, "ImagePullFailed");

        change("early", version -> {
            container(version, "apiServer").put("image", absent);
            spec(version, "etcd").put("replicas", 3);
        });
        harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.FALSE, "EtcdSizeFixed");
        harness.kubelets().imageAppears(absent);

        var waiting = harness.awaitCondition(vc, ConditionTypes.API_SERVER_READY, Condition.TRUE, "Running");
        assertThat(OperatorHarness.condition(waiting, ConditionTypes.READY))
                .extracting(Condition::getStatus, Condition::getReason)
                .containsExactly(Condition.FALSE, "EtcdSizeFixed");
        change("early", version -> container(version, "apiServer").put("image", absent));
        harness.awaitReady(vc);
        harness.delete(vc);
    }

    @Test
    void saysThatARunningTenantsClusterVersionIsMissing() {
        var vc = running("named");

        harness.client().resource(vc).edit(each -> {
            each.getSpec().setClusterVersionName("unnamed");
            return each;
        });

        goesOnUnchanged(
                harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.FALSE, "ClusterVersionNotFound"));
        harness.delete(vc);
    }

    @Test
    void doesNotGoBackFromAnUpgradeThatIsStillRollingOut() {
        var vc = running("halfway");
        String before = Objects.requireNonNull(harness.get(vc).getStatus().getKubernetesVersion());
        int next = Integer.parseInt(before.split("\\.", -1)[1]) + 1;
        harness.kubelets().imageIsMissing(NEXT_IMAGE + "-absent");

        change("halfway", version -> {
            version("v1." + next + ".0", version);
            container(version, "apiServer").put("image", NEXT_IMAGE + "-absent");
        });
        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() -> assertThat(image(set(vc, "apiserver"))).endsWith("-absent"));
        assertThat(harness.get(vc).getStatus().getKubernetesVersion()).isEqualTo(before);
        change("halfway", version -> version.getSpec().put("kubernetesVersion", before));

        var refused = harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.FALSE, "DowngradeRefused");
        assertThat(OperatorHarness.message(refused, ConditionTypes.UP_TO_DATE))
                .contains("The upgrade to Kubernetes v1." + next + ".0 has begun");
        assertThat(image(set(vc, "apiserver"))).endsWith("-absent");
        harness.delete(vc);
    }

    @Test
    void upgradesOneMinorVersionAndNeverBack() {
        var vc = running("versions");
        String running = Objects.requireNonNull(harness.get(vc).getStatus().getKubernetesVersion());
        int minor = Integer.parseInt(running.split("\\.", -1)[1]);

        change("versions", version -> version("v1." + (minor - 1) + ".9", version));
        goesOnUnchanged(harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.FALSE, "DowngradeRefused"));
        change("versions", version -> version("v1." + (minor + 2) + ".0", version));
        goesOnUnchanged(harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.FALSE, "VersionSkipped"));

        try (var connection = harness.connectTenant()) {
            coredns(connection.client()).delete();
        }

        Set<String> phases = ConcurrentHashMap.newKeySet();
        try (var watch = harness.client()
                .resource(vc)
                .inform(new io.fabric8.kubernetes.client.informers.ResourceEventHandler<>() {
                    @Override
                    public void onAdd(VirtualCluster seen) {}

                    @Override
                    public void onUpdate(VirtualCluster before, VirtualCluster seen) {
                        phases.add(String.valueOf(seen.getStatus().getPhase()));
                    }

                    @Override
                    public void onDelete(VirtualCluster seen, boolean unknown) {}
                })) {
            assertThat(watch.isRunning()).isTrue();
            change("versions", version -> version("v1." + (minor + 1) + ".0", version));

            harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.TRUE, "Applied");
            await().atMost(OperatorHarness.PATIENCE).untilAsserted(() -> {
                var now = harness.get(vc).getStatus();
                assertThat(now.getPhase()).isEqualTo(Phases.RUNNING);
                assertThat(now.getKubernetesVersion()).isEqualTo(running);
            });
            assertThat(phases).contains(Phases.UPDATING);
        }
        assertThat(image(set(vc, "apiserver"))).isEqualTo(NEXT_IMAGE);
        try (var connection = harness.connectTenant()) {
            assertThat(coredns(connection.client()).get())
                    .as("what the tenant removed stays removed")
                    .isNull();
        }
        harness.delete(vc);
    }

    private static RollableScalableResource<Deployment> coredns(KubernetesClient tenant) {
        return tenant.apps().deployments().inNamespace("kube-system").withName("coredns");
    }

    private static VirtualCluster running(String name) {
        change(name, version -> {});
        var vc = harness.create("upgrade", name, name, each -> {});
        harness.awaitCondition(vc, ConditionTypes.UP_TO_DATE, Condition.TRUE, "Applied");
        return harness.awaitReady(vc);
    }

    private static void goesOnUnchanged(VirtualCluster vc) {
        var upToDate = Objects.requireNonNull(OperatorHarness.condition(vc, ConditionTypes.UP_TO_DATE));
        assertThat(OperatorHarness.condition(vc, ConditionTypes.READY))
                .extracting(Condition::getStatus, Condition::getReason)
                .containsExactly(Condition.TRUE, "Ready");
        assertThat(vc.getStatus().getPhase()).isEqualTo(Phases.RUNNING);
        assertThat(vc.getStatus().getReason()).isEqualTo(upToDate.getReason());
        assertThat(vc.getStatus().getMessage()).isEqualTo(upToDate.getMessage());
        assertThat(image(set(vc, "apiserver"))).startsWith("registry.k8s.io/kube-apiserver");
        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() -> assertThat(harness.client()
                                .v1()
                                .events()
                                .inNamespace("upgrade")
                                .list()
                                .getItems())
                        .as("a warning about it")
                        .anyMatch(event -> event.getType().equals("Warning")
                                && event.getReason().equals(upToDate.getReason())
                                && event.getInvolvedObject()
                                        .getUid()
                                        .equals(vc.getMetadata().getUid())));
    }

    private static void change(String name, Consumer<RawClusterVersion> change) {
        harness.clusterVersion("minimal", name, change);
    }

    private static void version(String kubernetes, RawClusterVersion version) {
        version.getSpec().put("kubernetesVersion", kubernetes);
        container(version, "apiServer").put("image", NEXT_IMAGE);
    }

    private static StatefulSet set(VirtualCluster vc, String part) {
        return harness.client()
                .apps()
                .statefulSets()
                .inNamespace(harness.rootNamespace(vc))
                .withName(part)
                .get();
    }

    private static String image(StatefulSet set) {
        return set.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
    }

    private static byte[] etcdCertificate(VirtualCluster vc) {
        var secret = harness.client()
                .secrets()
                .inNamespace(harness.rootNamespace(vc))
                .withName(Keys.ETCD_SERVING_SECRET)
                .get();
        return java.util.Base64.getDecoder().decode(secret.getData().get(Keys.TLS_CERT));
    }

    private static Map<String, Object> container(RawClusterVersion version, String part) {
        var pod = map(map(spec(version, part), "template"), "spec");
        return asMap(((List<?>) Objects.requireNonNull(pod.get("containers"))).getFirst());
    }

    private static Map<String, Object> spec(RawClusterVersion version, String part) {
        return map(map(map(version.getSpec(), part), "statefulset"), "spec");
    }

    private static Map<String, Object> map(Map<String, Object> parent, String key) {
        return asMap(Objects.requireNonNull(parent.get(key), key));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }
}
