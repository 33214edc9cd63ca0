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
import dev.virtualcluster.operator.versions.RawClusterVersion;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a user does wrong ends in a condition that says what to do, and heals by itself once the cause is gone. */
class BadInputIT {
    private static final String POOL = "10.97.32.0/26";
    private static final String WAY_OUT = "Delete this VirtualCluster";

    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults().withControllerManager());

    @RegisterExtension
    static final ApiServers TENANT =
            ApiServers.of(1, ApiServerOptions.defaults().withServiceCidr("10.97.0.0/16"));

    static OperatorHarness harness;

    @BeforeAll
    static void start() throws InterruptedException {
        harness = new OperatorHarness(SUPER.get(), TENANT.get());
        harness.clusterVersion("minimal");
        harness.start(POOL, 28);
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    @Test
    void waitsForAClusterVersionThatDoesNotExist() {
        var vc = harness.create("bad-version", "demo", "later", each -> {});

        var waiting = harness.awaitCondition(vc, ConditionTypes.READY, Condition.FALSE, "ClusterVersionNotFound");
        assertThat(waiting.getStatus().getPhase()).isEqualTo(Phases.ERROR);
        assertThat(waiting.getStatus().getMessage()).contains("ClusterVersion later does not exist");
        assertThat(harness.client()
                        .namespaces()
                        .withName(harness.rootNamespace(vc))
                        .get())
                .as("nothing is made before it is known what")
                .isNull();
        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() -> assertThat(events("bad-version"))
                        .extracting(Event::getReason)
                        .containsOnlyOnce("ClusterVersionNotFound"));

        harness.clusterVersion("minimal", "later", version -> {});

        harness.awaitReady(vc);
        harness.delete(vc);
    }

    @Test
    void pointsAtTheFieldOfAnInvalidClusterVersion() {
        refusesThenHeals(
                "no-containers",
                "InvalidClusterVersion",
                "ClusterVersion no-containers: spec.apiServer.statefulset.spec.template.spec.containers: is empty",
                version -> podSpec(version, "apiServer").put("containers", List.of()));
        Assertions.assertThatThrownBy(() -> harness.clusterVersion(
                        "minimal",
                        "bad-name",
                        version -> map(version.getSpec(), "etcd").put("metadata", Map.of("name", "store"))))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("etcd.metadata.name must be etcd");
        Assertions.assertThatThrownBy(() -> harness.clusterVersion(
                        "minimal", "bad-k8s", version -> version.getSpec().put("kubernetesVersion", "newest")))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("spec.kubernetesVersion");
        Assertions.assertThatThrownBy(() -> harness.clusterVersion(
                        "minimal",
                        "unparsable",
                        version -> map(map(map(version.getSpec(), "etcd"), "statefulset"), "spec")
                                .put("replicas", "many")))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("replicas");
    }

    @Test
    void tellsWhatTheSuperClusterCannotReadOfAClusterVersion() {
        refusesThenHeals(
                "bad-quantity",
                "Refused",
                "quantities must match",
                version -> container(version, "etcd").put("resources", Map.of("requests", Map.of("cpu", "abc"))));
        refusesThenHeals(
                "bad-field",
                "Refused",
                ".spec.typo: field not declared in schema",
                version -> map(version.getSpec(), "apiServer").put("service", Map.of("spec", Map.of("typo", 1))));
        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() -> assertThat(events("bad-template"))
                        .filteredOn(event -> event.getInvolvedObject().getName().equals("bad-field"))
                        .filteredOn(event -> event.getReason().equals("Refused"))
                        .extracting(Event::getType)
                        .containsOnly("Warning"));
    }

    @Test
    void goesOnWithWhatRunsWhereTheSuperClusterCannotReadTheNewClusterVersion() {
        harness.clusterVersion(
                "minimal",
                "misspelt",
                version -> container(version, "apiServer").put("imagee", "x"));
        var vc = harness.awaitReady(harness.create("bad-change", "demo"));

        var changed = harness.client().resource(vc).edit(each -> {
            each.getSpec().setClusterVersionName("misspelt");
            return each;
        });

        var refused = harness.awaitCondition(changed, ConditionTypes.UP_TO_DATE, Condition.FALSE, "Refused");
        assertThat(OperatorHarness.message(refused, ConditionTypes.UP_TO_DATE)).contains("imagee: field not declared");
        assertThat(refused.getStatus().getPhase()).isEqualTo(Phases.RUNNING);
        assertThat(refused.getStatus().getMessage())
                .contains("Goes on with what runs")
                .contains("imagee");
        assertThat(refused.getStatus().getObservedGeneration())
                .isEqualTo(changed.getMetadata().getGeneration());
        harness.delete(vc);
    }

    @Test
    void tellsInTheStatusThatTheOperatorFails() throws InterruptedException {
        var running = harness.awaitReady(harness.create("bad-operator", "before"));
        harness.stop();
        var gate = new FailingGate(new IllegalStateException("of the kind that nobody has thought of"));
        harness.start(POOL, 28, gate);
        var late = harness.create("bad-operator", "after");

        var defect = harness.awaitCondition(late, ConditionTypes.READY, Condition.FALSE, "InternalError");

        assertThat(defect.getStatus().getPhase()).isEqualTo(Phases.ERROR);
        assertThat(defect.getStatus().getMessage()).contains("Its log says").doesNotContain("nobody", "Exception");
        var goesOn = harness.awaitCondition(running, ConditionTypes.UP_TO_DATE, Condition.FALSE, "InternalError");
        assertThat(goesOn.getStatus().getPhase()).isEqualTo(Phases.RUNNING);
        assertThat(goesOn.getStatus().condition(ConditionTypes.READY).getStatus())
                .isEqualTo(Condition.TRUE);

        gate.failure = new KubernetesClientException(new StatusBuilder()
                .withCode(500)
                .withMessage("failed calling webhook theirs")
                .build());
        var lasting = harness.awaitCondition(late, ConditionTypes.READY, Condition.FALSE, "Failing");
        assertThat(lasting.getStatus().getMessage()).contains("failed calling webhook theirs");

        gate.failure = null;
        harness.awaitReady(late);
        harness.awaitCondition(running, ConditionTypes.UP_TO_DATE, Condition.TRUE, "Applied");
        harness.stop();
        harness.start(POOL, 28);
        List.of(running, late).forEach(harness::delete);
    }

    /** Stands for what may go wrong with every StatefulSet. */
    private static final class FailingGate implements WriteGate {
        private volatile @Nullable RuntimeException failure;

        FailingGate(RuntimeException failure) {
            this.failure = failure;
        }

        @Override
        public void before(String verb, String kind) {
            var thrown = failure;
            if (thrown != null && kind.equals("StatefulSet")) {
                throw thrown;
            }
        }

        @Override
        public void after(String verb, String kind) {}
    }

    @Test
    void saysWhichImageCannotBePulledAndGoesOnWhenItCan() {
        harness.kubelets().imageIsMissing("example.org/absent:1");
        harness.clusterVersion(
                "minimal", "absent-image", version -> container(version, "etcd").put("image", "example.org/absent:1"));
        var vc = harness.create("bad-image", "demo", "absent-image", each -> {});

        var stuck = harness.awaitCondition(vc, ConditionTypes.ETCD_READY, Condition.FALSE, "ImagePullFailed");

        assertThat(stuck.getStatus().getPhase()).isEqualTo(Phases.ERROR);
        assertThat(OperatorHarness.message(stuck, ConditionTypes.READY))
                .isEqualTo("etcd's pod etcd-0 cannot get the image example.org/absent:1: not found");
        harness.kubelets().imageAppears("example.org/absent:1");
        harness.awaitReady(vc);
        harness.delete(vc);
    }

    @Test
    void neverEntersANamespaceThatSomebodyElseMade() throws InterruptedException {
        harness.stop();
        var vc = harness.create("bad-namespace", "demo");
        var foreign = harness.client()
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(harness.rootNamespace(vc))
                        .addToLabels(Keys.CONTROLLED, "true")
                        .addToLabels(Keys.CLUSTER, harness.rootNamespace(vc))
                        .endMetadata()
                        .build())
                .create();
        harness.start(POOL, 28);

        var refused = harness.awaitCondition(vc, ConditionTypes.NAMESPACE_READY, Condition.FALSE, "NamespaceTaken");

        assertThat(refused.getStatus().getMessage())
                .contains("was not made for this VirtualCluster")
                .contains("delete that namespace if nobody needs it");
        assertThat(harness.client()
                        .secrets()
                        .inNamespace(harness.rootNamespace(vc))
                        .list()
                        .getItems())
                .isEmpty();
        harness.delete(vc);
        var untouched = harness.client().resource(foreign).get();
        assertThat(untouched.getMetadata().getUid())
                .isEqualTo(foreign.getMetadata().getUid());
        assertThat(untouched.getMetadata().getDeletionTimestamp()).isNull();
        harness.client().resource(foreign).delete();
    }

    @Test
    void waitsForASliceWhenThePoolIsExhausted() {
        var holders = List.of("a", "b", "c", "d").stream()
                .map(name -> harness.create("bad-pool", name))
                .map(harness::awaitReady)
                .toList();
        var late = harness.create("bad-pool", "late");

        var waiting =
                harness.awaitCondition(late, ConditionTypes.ADDRESS_SLICE_READY, Condition.FALSE, "PoolExhausted");
        assertThat(waiting.getStatus().getMessage()).contains("chart value operator.serviceCidrPool");

        harness.delete(holders.getFirst());
        harness.awaitReady(late);
        holders.stream().skip(1).forEach(harness::delete);
        harness.delete(late);
    }

    @Test
    void refusesASliceOutsideThePoolOrInUse() {
        var outside = harness.create(
                "bad-slice", "outside", "minimal", vc -> vc.getSpec().setServiceCidr("10.96.7.0/28"));
        Assertions.assertThatThrownBy(() -> harness.create(
                        "bad-slice", "invalid", "minimal", vc -> vc.getSpec().setServiceCidr("10.97.32.1/28")))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("serviceCidr must name the first address of its range");
        var holder = harness.create(
                "bad-slice", "holder", "minimal", vc -> vc.getSpec().setServiceCidr("10.97.32.16/28"));
        harness.awaitReady(holder);
        var rival = harness.create(
                "bad-slice", "rival", "minimal", vc -> vc.getSpec().setServiceCidr("10.97.32.16/28"));

        assertThat(message(outside, "InvalidServiceCidr")).contains("does not lie within the pool " + POOL, WAY_OUT);
        assertThat(message(rival, "ServiceCidrTaken"))
                .contains("10.97.32.16/28", "tenant " + harness.rootNamespace(holder), WAY_OUT);

        List.of(outside, holder, rival).forEach(harness::delete);
    }

    @Test
    void isDeletedWhileItIsBeingCreated() {
        harness.kubelets().imageIsMissing("example.org/never:1");
        harness.clusterVersion(
                "minimal",
                "never-image",
                version -> container(version, "apiServer").put("image", "example.org/never:1"));
        for (String condition : List.of(ConditionTypes.NAMESPACE_READY, ConditionTypes.API_SERVER_READY)) {
            var vc = harness.create("bad-timing", "demo", "never-image", each -> {});
            await().atMost(OperatorHarness.PATIENCE)
                    .untilAsserted(() -> assertThat(OperatorHarness.condition(harness.get(vc), condition))
                            .isNotNull());

            harness.delete(vc);

            leftNothing(vc);
        }
    }

    @Test
    void refusesNamesThatAreNoDnsLabels() {
        Assertions.assertThatThrownBy(() -> harness.create("bad-name", "a".repeat(64)))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("DNS label");
        Assertions.assertThatThrownBy(() -> harness.create("bad-name", "with.dot"))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("DNS label");
    }

    @Test
    void takesTheLongestNames() {
        var vc = harness.create("n".repeat(63), "v".repeat(63));

        var ready = harness.awaitReady(vc);

        assertThat(ready.getStatus().getClusterNamespace()).hasSizeLessThanOrEqualTo(40);
        harness.delete(vc);
        leftNothing(vc);
    }

    private static void refusesThenHeals(
            String name, String reason, String message, Consumer<RawClusterVersion> change) {
        harness.clusterVersion("minimal", name, change);
        var vc = harness.create("bad-template", name, name, each -> {});

        var refused = harness.awaitCondition(vc, ConditionTypes.READY, Condition.FALSE, reason);

        assertThat(refused.getStatus().getPhase()).isEqualTo(Phases.ERROR);
        assertThat(refused.getStatus().getMessage()).contains(message);
        harness.clusterVersion("minimal", name, version -> {});
        harness.awaitReady(vc);
        harness.delete(vc);
    }

    private static void leftNothing(VirtualCluster vc) {
        String root = harness.rootNamespace(vc);
        assertThat(harness.client().namespaces().withName(root).get()).isNull();
        assertThat(harness.client()
                        .resources(IPAddress.class)
                        .withLabel(Keys.CLUSTER, root)
                        .list()
                        .getItems())
                .isEmpty();
    }

    private static String message(VirtualCluster vc, String reason) {
        return OperatorHarness.message(
                harness.awaitCondition(vc, ConditionTypes.ADDRESS_SLICE_READY, Condition.FALSE, reason),
                ConditionTypes.ADDRESS_SLICE_READY);
    }

    private static List<Event> events(String namespace) {
        return harness.client().v1().events().inNamespace(namespace).list().getItems();
    }

    private static Map<String, Object> container(RawClusterVersion version, String part) {
        var containers = (List<?>) Objects.requireNonNull(podSpec(version, part).get("containers"));
        return asMap(containers.getFirst());
    }

    private static Map<String, Object> podSpec(RawClusterVersion version, String part) {
        var set = map(map(version.getSpec(), part), "statefulset");
        return map(map(map(set, "spec"), "template"), "spec");
    }

    private static Map<String, Object> map(Map<String, Object> parent, String key) {
        return asMap(Objects.requireNonNull(parent.get(key), key));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }
}
