// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pods end clean on both sides, whoever ends them. */
@ExtendWith(Stage.class)
class PodLifecycleE2E {
    private static Workspace workspace;

    @BeforeAll
    static void namespace() throws Exception {
        workspace = Workspace.of(Stage.red(), "life");
    }

    @AfterAll
    static void clean() throws Exception {
        workspace.close();
    }

    @Test
    void deletedInTheTenantGoesFromBothSides() throws Exception {
        workspace.applyAndWait(Pods.idle("by-tenant"), "by-tenant");
        workspace.run("delete", "pod", "by-tenant", "--timeout=60s");
        Eventually.holds(() -> assertThat(superPods()).doesNotContain("by-tenant"));
    }

    @Test
    void deletedInTheSuperClusterIsReplacedByItsController() throws Exception {
        workspace.run("create", "deployment", "by-super", "--image=" + Pods.image(), "--", "/agnhost", "pause");
        workspace
                .kubectl()
                .await(
                        workspace.namespace,
                        "deployment/by-super",
                        "condition=Available",
                        java.time.Duration.ofSeconds(60));
        String before =
                workspace.run("get", "pods", "-l", "app=by-super", "-o", "name").strip();
        Stage.admin().run("-n", workspace.superNamespace(), "delete", before, "--grace-period=1");
        Eventually.holds(() -> assertThat(workspace.run("get", "pods", "-l", "app=by-super", "-o", "name"))
                .doesNotContain(before)
                .contains("pod/"));
        workspace
                .kubectl()
                .await(
                        workspace.namespace,
                        "deployment/by-super",
                        "condition=Available",
                        java.time.Duration.ofSeconds(60));
    }

    @Test
    void evictedInTheSuperClusterEndsInTheTenant() throws Exception {
        workspace.applyAndWait(Pods.idle("evicted"), "evicted");
        String eviction = """
                {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "evicted", "namespace": "%s"}}""".formatted(workspace.superNamespace());
        Stage.admin()
                .runReading(
                        eviction,
                        "create",
                        "--raw",
                        "/api/v1/namespaces/" + workspace.superNamespace() + "/pods/evicted/eviction",
                        "-f",
                        "-");
        Eventually.holds(() ->
                assertThat(workspace.attempt("get", "pod", "evicted").err()).contains("NotFound"));
    }

    @Test
    void finishedPodsSayHowTheyEnded() throws Exception {
        workspace.apply(Pods.script("done", "Never", "exit 0"));
        workspace.apply(Pods.script("failed", "Never", "exit 9"));
        Eventually.holds(() -> assertThat(workspace.run("get", "pod", "done", "-o", "jsonpath={.status.phase}"))
                .isEqualTo("Succeeded"));
        Eventually.holds(() -> assertThat(workspace.run(
                        "get",
                        "pod",
                        "failed",
                        "-o",
                        "jsonpath={.status.phase} {.status.containerStatuses[0].state.terminated.exitCode}"))
                .isEqualTo("Failed 9"));
    }

    @Test
    void unschedulablePodsSayWhy() throws Exception {
        workspace.apply(
                Pods.idle("too-big").replace("args: [pause]", "args: [pause], resources: {requests: {cpu: '900'}}"));
        Eventually.holds(() -> assertThat(
                        workspace.run(
                                "get",
                                "pod",
                                "too-big",
                                "-o",
                                "jsonpath={.status.conditions[?(@.type==\"PodScheduled\")].reason} {.status.conditions[?(@.type==\"PodScheduled\")].message}"))
                .contains("Unschedulable")
                .contains("Insufficient cpu")
                .doesNotContain(Stage.red().key()));
        workspace.run("delete", "pod", "too-big", "--timeout=30s");
    }

    @Test
    void aRefusalOfTheSuperClusterIsAnEventInTenantWords() throws Exception {
        workspace.apply(Pods.idle("hostly").replace("spec:\n", "spec:\n  hostNetwork: true\n"));
        Eventually.holds(
                () -> assertThat(workspace.run("get", "events", "--field-selector", "involvedObject.name=hostly"))
                        .contains("Warning")
                        .contains("host")
                        .contains("baseline")
                        .doesNotContain(Stage.red().key()));
        workspace.run("delete", "pod", "hostly", "--timeout=30s");
    }

    private static String superPods() throws InterruptedException {
        return Stage.admin().run("-n", workspace.superNamespace(), "get", "pods", "-o", "name");
    }
}
