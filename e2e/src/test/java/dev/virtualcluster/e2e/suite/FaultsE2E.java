// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.demo.Command;
import dev.virtualcluster.e2e.demo.Release;
import dev.virtualcluster.e2e.demo.Tenant;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts die at any moment; everything converges again by itself. */
@ExtendWith(Stage.class)
class FaultsE2E {
    private static final Duration RECOVERY = Duration.ofSeconds(180);

    @ParameterizedTest
    @ValueSource(ints = {300, 2000, 7000})
    void theOperatorIsKilledWhileATenantIsMade(int millis) throws Exception {
        fresh("vc-tenant-operator");
        String name = "killed-" + millis;
        Stage.admin().attempt("create", "namespace", "faults");
        Stage.admin().runReading("""
                apiVersion: tenancy.x-k8s.io/v1alpha1
                kind: VirtualCluster
                metadata: {name: %s, namespace: faults}
                """.formatted(name), "create", "-f", "-");
        kill("dev.virtualcluster.operator.Main", Duration.ofMillis(millis));
        Eventually.holds(
                RECOVERY,
                () -> assertThat(Stage.admin()
                                .run(
                                        "-n",
                                        "faults",
                                        "get",
                                        "virtualcluster",
                                        name,
                                        "-o",
                                        "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}"))
                        .isEqualTo("True"));
        // And again while it is taken down.
        Stage.admin().run("-n", "faults", "delete", "virtualcluster", name, "--wait=false");
        kill("dev.virtualcluster.operator.Main", Duration.ofMillis(millis / 3));
        Eventually.holds(
                RECOVERY,
                () -> assertThat(Stage.admin()
                                .attempt("-n", "faults", "get", "virtualcluster", name)
                                .err())
                        .contains("NotFound"));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1500})
    void theSyncerIsKilledWhilePodsAreMadeAndUnmade(int millis) throws Exception {
        fresh("vc-syncer");
        try (Workspace workspace = Workspace.of(Stage.red(), "syncerdies")) {
            workspace.run(
                    "create",
                    "deployment",
                    "web",
                    "--image=" + Pods.image(),
                    "--replicas=5",
                    "--",
                    "/agnhost",
                    "pause");
            kill("dev.virtualcluster.syncer.Main", Duration.ofMillis(millis));
            workspace.kubectl().await(workspace.namespace, "deployment/web", "condition=Available", RECOVERY);
            workspace.run("delete", "deployment", "web", "--cascade=foreground", "--wait=false");
            kill("dev.virtualcluster.syncer.Main", Duration.ofMillis(millis));
            Eventually.holds(
                    RECOVERY,
                    () -> assertThat(workspace.run("get", "pods", "-o", "name")).isEmpty());
            Eventually.holds(
                    RECOVERY,
                    () -> assertThat(Stage.admin().run("-n", workspace.superNamespace(), "get", "pods", "-o", "name"))
                            .isEmpty());
        }
    }

    @Test
    void theAgentIsKilledWhileItStreams() throws Exception {
        try (Workspace workspace = Workspace.of(Stage.red(), "agentdies")) {
            workspace.applyAndWait(Pods.idle("pod"), "pod");
            Process stream =
                    workspace.command("exec", "pod", "--", "sleep", "100").start();
            kill("dev.virtualcluster.agent.Main", Duration.ofSeconds(1));
            assertThat(stream.waitFor(30, java.util.concurrent.TimeUnit.SECONDS))
                    .as("a cut stream ends")
                    .isTrue();
            Eventually.holds(
                    RECOVERY,
                    () -> assertThat(workspace.run("exec", "pod", "--", "echo", "back"))
                            .isEqualTo("back\n"));
        }
    }

    @Test
    void aTenantsApiServerIsRestarted() throws Exception {
        Tenant tenant = Stage.blue();
        try (Workspace workspace = Workspace.of(tenant, "apirestart")) {
            workspace.applyAndWait(Pods.idle("before"), "before");
            Stage.admin().run("-n", tenant.key(), "delete", "pod", "apiserver-0", "--grace-period=1");
            Eventually.holds(RECOVERY, () -> workspace.apply(Pods.idle("after")));
            Eventually.holds(RECOVERY, () -> workspace.awaitPod("after"));
            assertThat(workspace.run("get", "pod", "before", "-o", "jsonpath={.status.phase}"))
                    .isEqualTo("Running");
            assertThat(workspace.run("exec", "after", "--", "echo", "works")).isEqualTo("works\n");
        }
    }

    @Test
    void theSuperApiServerIsRestarted() throws Exception {
        try (Workspace workspace = Workspace.of(Stage.red(), "superrestart")) {
            workspace.applyAndWait(Pods.idle("before"), "before");
            Stage.cluster().restartApiServer();
            workspace.apply(Pods.idle("after"));
            Eventually.holds(RECOVERY, () -> workspace.awaitPod("after"));
            workspace.run("delete", "pod", "before", "--timeout=60s");
        }
    }

    /** A new pod: the kubelet waits ever longer before it starts one again that died before. */
    private static void fresh(String deployment) throws InterruptedException {
        Stage.admin().run("-n", Release.NAMESPACE, "delete", "pod", "-l", "app.kubernetes.io/name=" + deployment);
        Stage.admin().await(Release.NAMESPACE, "deployment/" + deployment, "condition=Available", RECOVERY);
    }

    /** Kills our processes of that main class that run in pods, {@code delay} from now; the kubelet starts them again. */
    private static void kill(String mainClass, Duration delay) throws Exception {
        TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        int killed = 0;
        for (String pid : OurProcesses.inPods(mainClass)) {
            // One that has ended by itself since cannot be killed.
            killed += Command.of("kill", "-9", pid).run().exit() == 0 ? 1 : 0;
        }
        assertThat(killed).as("killed processes of " + mainClass).isPositive();
    }
}
