// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PodStatusConversionTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private static PodStatus up(String source, String actual) {
        return PodStatusConversion.up(pod(source), pod(actual), true, PodStatusConversionTest::words);
    }

    private static String words(String text) {
        return text.replace("key-shop", "shop");
    }

    private static Pod pod(String yaml) {
        // The marker keeps a flow mapping from being taken for JSON.
        Pod pod = YAML.unmarshal("---\n" + yaml, Pod.class);
        if (pod.getMetadata() == null) {
            pod.setMetadata(new ObjectMeta());
        }
        return pod;
    }

    @Test
    void copiesAllThatTheKubeletSays() {
        PodStatus status = up(
                "{metadata: {generation: 1}, spec: {nodeName: a, containers: [{name: app}]}, status: {phase: Pending}}",
                """
                metadata: {generation: 1}
                spec: {nodeName: a, containers: [{name: app}]}
                status:
                  phase: Running
                  podIP: 10.0.0.1
                  podIPs: [{ip: 10.0.0.1}]
                  hostIP: 172.30.0.1
                  startTime: "2026-11-01T10:00:00Z"
                  fieldOfTheFuture: 5
                  containerStatuses:
                    - {name: app, ready: true, restartCount: 2, image: i, imageID: sha256:1, containerID: containerd://1}
                """);

        assertThat(status.getPhase()).isEqualTo("Running");
        assertThat(status.getPodIPs()).hasSize(1);
        assertThat(status.getHostIP()).isEqualTo("172.30.0.1");
        assertThat(status.getContainerStatuses().getFirst().getContainerID()).isEqualTo("containerd://1");
        assertThat(status.getAdditionalProperties()).containsEntry("fieldOfTheFuture", 5);
    }

    @Test
    void hidesContainersThatTheTenantDoesNotHave() {
        PodStatus status = up("{spec: {containers: [{name: app}]}}", """
                spec: {containers: [{name: app}, {name: mesh}], initContainers: [{name: mesh-init}]}
                status:
                  containerStatuses: [{name: app, restartCount: 0}, {name: mesh, restartCount: 0}]
                  initContainerStatuses: [{name: mesh-init, restartCount: 0}]
                """);

        assertThat(status.getContainerStatuses()).extracting("name").containsExactly("app");
        assertThat(status.getInitContainerStatuses()).isEmpty();
    }

    @Test
    void hidesDebuggerOfTheAdministratorWhoseNameTheTenantTook() {
        PodStatus status =
                up("{spec: {containers: [{name: app}], ephemeralContainers: [{name: own}, {name: debugger}]}}", """
                metadata: {annotations: {tenancy.x-k8s.io/containers: "app,own"}}
                spec: {containers: [{name: app}], ephemeralContainers: [{name: debugger}, {name: own}]}
                status:
                  ephemeralContainerStatuses: [{name: debugger, restartCount: 0}, {name: own, restartCount: 0}]
                """);

        assertThat(status.getEphemeralContainerStatuses()).extracting("name").containsExactly("own");
    }

    @Test
    void keepsTheQosClassOfTheTenantsOwnSpec() {
        PodStatus status = up(
                "{spec: {containers: []}, status: {qosClass: Guaranteed}}",
                "{spec: {containers: []}, status: {qosClass: Burstable}}");

        assertThat(status.getQosClass()).isEqualTo("Guaranteed");
    }

    @Test
    void speaksTheTenantsWords() {
        PodStatus status = up("{spec: {containers: [{name: app}]}}", """
                spec: {containers: [{name: app}]}
                status:
                  message: "pod key-shop/web was evicted"
                  conditions: [{type: PodScheduled, status: "False", message: "no room for key-shop/web"}]
                  containerStatuses:
                    - name: app
                      state: {waiting: {reason: CrashLoopBackOff, message: "back-off, pod=web_key-shop(1)"}}
                      lastState: {terminated: {exitCode: 1, message: "in key-shop"}}
                """);

        assertThat(YAML.asJson(status)).doesNotContain("key-shop").contains("web_shop(1)");
    }

    @Nested
    class Conditions {
        @Test
        void ofATenantsReadinessGateAreTheTenants() {
            PodStatus status = up("""
                    spec: {containers: [], readinessGates: [{conditionType: example.com/gate}, {conditionType: plain}]}
                    status: {conditions: [{type: example.com/gate, status: "True", reason: Mine}, {type: plain, status: "True"}]}
                    """, """
                    spec: {containers: [], readinessGates: [{conditionType: example.com/gate}, {conditionType: plain}]}
                    status: {conditions: [{type: example.com/gate, status: "False"}, {type: plain, status: "False"}, {type: Ready, status: "False"}]}
                    """);

            assertThat(status.getConditions())
                    .extracting(PodCondition::getType, PodCondition::getStatus)
                    .containsExactly(
                            tuple("example.com/gate", "True"), tuple("plain", "True"), tuple("Ready", "False"));
        }

        @Test
        void ofGatesAddedInTheSuperClusterStayThere() {
            PodStatus status = up("{spec: {containers: []}}", """
                    spec: {containers: [], readinessGates: [{conditionType: lb-ready}]}
                    status: {conditions: [{type: lb-ready, status: "True"}, {type: other.example.com/x, status: "True"}]}
                    """);

            assertThat(status.getConditions()).isEmpty();
        }

        @Test
        void thatTheTenantsControllersWroteStay() {
            PodStatus status =
                    up("""
                    spec: {containers: []}
                    status: {conditions: [{type: example.com/checked, status: "True"}, {type: PodScheduled, status: "True"}]}
                    """, "{spec: {containers: []}, status: {conditions: [{type: PodScheduled, status: 'True'}]}}");

            assertThat(status.getConditions())
                    .extracting("type")
                    .containsExactly("example.com/checked", "PodScheduled");
        }

        @Test
        void keepTheirPlacesBecauseNoPatchMovesThem() {
            PodStatus status = up(
                    "{spec: {containers: []}, status: {conditions: [{type: PodScheduled, status: 'True'}]}}",
                    "{spec: {containers: []}, status: {conditions: [{type: Ready, status: 'True'}, {type: PodScheduled, status: 'True'}]}}");

            assertThat(status.getConditions()).extracting("type").containsExactly("PodScheduled", "Ready");
        }

        @Test
        void thatTheKubeletTookBackGo() {
            PodStatus status = up(
                    "{spec: {containers: []}, status: {conditions: [{type: PodResizePending, status: 'True'}]}}",
                    "{spec: {containers: []}, status: {conditions: [{type: Ready, status: 'True'}]}}");

            assertThat(status.getConditions()).extracting("type").containsExactly("Ready");
        }

        @Test
        void ofDisruptionByTheTenantsControllersStay() {
            PodStatus status = up(
                    "{spec: {containers: []}, status: {conditions: [{type: DisruptionTarget, status: 'True'}]}}",
                    "{spec: {containers: []}, status: {}}");

            assertThat(status.getConditions()).extracting("type").containsExactly("DisruptionTarget");
        }

        @Test
        void ofTheTenantsGatesPassDownWhereTheyDiffer() {
            Pod source = pod("""
                    spec: {containers: [], readinessGates: [{conditionType: x.io/a}, {conditionType: x.io/b}]}
                    status: {conditions: [{type: x.io/a, status: "True"}, {type: x.io/b, status: "True"}, {type: x.io/c, status: "True"}]}
                    """);
            Pod actual = pod("""
                    spec: {containers: [], readinessGates: [{conditionType: x.io/a}, {conditionType: x.io/b}]}
                    status: {conditions: [{type: x.io/a, status: "True"}]}
                    """);

            assertThat(PodConditions.gatesToPass(source, actual))
                    .extracting("type")
                    .containsExactly("x.io/b");
        }

        @Test
        void ofKubernetesAreTheSuperClustersAlsoWhenATenantNamesThemAsGates() {
            Pod source = pod("""
                    spec: {containers: [], readinessGates: [{conditionType: Ready}, {conditionType: DisruptionTarget}]}
                    status: {conditions: [{type: Ready, status: "True", reason: Forged}, {type: DisruptionTarget, status: "True"}]}
                    """);
            Pod actual = pod("""
                    spec: {containers: [], readinessGates: [{conditionType: Ready}, {conditionType: DisruptionTarget}]}
                    status: {conditions: [{type: Ready, status: "False", reason: ContainersNotReady}]}
                    """);

            PodStatus status = PodStatusConversion.up(source, actual, true, PodStatusConversionTest::words);

            assertThat(PodConditions.gatesToPass(source, actual)).isEmpty();
            assertThat(status.getConditions())
                    .extracting(PodCondition::getType, PodCondition::getReason)
                    .contains(tuple("Ready", "ContainersNotReady"));
        }
    }

    @Nested
    class ObservedGenerations {
        private final Pod source = pod("""
                metadata: {generation: 4}
                spec: {containers: []}
                status: {observedGeneration: 3, conditions: [{type: Ready, status: "True", observedGeneration: 2}]}
                """);

        private Pod actual(long generation, long observed) {
            Pod actual =
                    pod(("{metadata: {generation: %d}, spec: {containers: []}," + " status: {observedGeneration: %d}}")
                            .formatted(generation, observed));
            actual.getStatus()
                    .getConditions()
                    .add(new PodConditionBuilder()
                            .withType("Ready")
                            .withStatus("True")
                            .withObservedGeneration(observed)
                            .build());
            return actual;
        }

        @Test
        void areTheTenantsNewestOnceItsSpecWasSeen() {
            PodStatus status = PodStatusConversion.up(source, actual(2, 2), true, PodStatusConversionTest::words);

            assertThat(status.getObservedGeneration()).isEqualTo(4);
            assertThat(status.getConditions().getFirst().getObservedGeneration())
                    .isEqualTo(4);
        }

        @Test
        void stayWhileTheKubeletHasNotSeenTheSpec() {
            PodStatus status = PodStatusConversion.up(source, actual(2, 1), true, PodStatusConversionTest::words);

            assertThat(status.getObservedGeneration()).isEqualTo(3);
            assertThat(status.getConditions().getFirst().getObservedGeneration())
                    .isEqualTo(2);
        }

        @Test
        void stayWhileTheSpecIsNotPassedOn() {
            PodStatus status = PodStatusConversion.up(source, actual(2, 2), false, PodStatusConversionTest::words);

            assertThat(status.getObservedGeneration()).isEqualTo(3);
        }
    }
}
