// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.demo.Console;
import dev.virtualcluster.e2e.demo.Release;
import dev.virtualcluster.e2e.demo.Report;
import dev.virtualcluster.e2e.demo.Tenant;
import dev.virtualcluster.e2e.demo.TenantCreation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A node loses its power. What is asked here must not depend on that node, so the tenant, the operator and the syncer
 * are placed on others: on a cluster with one replica of each, they would be lost with it like anything else.
 */
@ExtendWith(Stage.class)
class NodeLossE2E {
    private static final Duration RECOVERY = Duration.ofSeconds(180);
    private static final String NAMESPACE = "nodeloss";
    private static final String READY = "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}";

    private static String lost;
    private static String kept;
    private static Tenant tenant;

    @BeforeAll
    static void placeEverythingElsewhere() throws Exception {
        List<String> nodes = Stage.cluster().nodes();
        kept = nodes.getFirst();
        lost = nodes.getLast();
        assertThat(lost).as("a suite with two nodes").isNotEqualTo(kept);
        Stage.admin().run("cordon", lost);
        try {
            for (String deployment : List.of("vc-tenant-operator", "vc-syncer")) {
                Stage.admin()
                        .run(
                                "-n",
                                Release.NAMESPACE,
                                "delete",
                                "pod",
                                "-l",
                                "app.kubernetes.io/name=" + deployment,
                                "--field-selector=spec.nodeName=" + lost);
                Stage.admin().run("-n", Release.NAMESPACE, "rollout", "status", "deployment/" + deployment);
            }
            Path folder = ClusterSettings.ofThisProcess().checkout().resolve("build/suite");
            tenant = new TenantCreation(Stage.admin(), folder)
                    .create(NAMESPACE, "green", new Console(System.out, new Report(folder.resolve("nodeloss.json"))));
        } finally {
            Stage.admin().run("uncordon", lost);
        }
    }

    @AfterAll
    static void removeTheTenant() throws Exception {
        Stage.admin().attempt("-n", NAMESPACE, "delete", "virtualcluster", "green", "--wait=false");
    }

    @Test
    void aNodeIsLostAndComesBack() throws Exception {
        try (Workspace workspace = Workspace.of(tenant, "power")) {
            workspace.apply(on(kept, "here"));
            workspace.apply(on(lost, "there"));
            workspace.awaitPod("here");
            workspace.awaitPod("there");
            Stage.cluster().stopNode(lost);
            try {
                Eventually.holds(RECOVERY, () -> assertThat(ready("node", lost)).isEqualTo("Unknown"));
                Eventually.holds(
                        RECOVERY,
                        () -> assertThat(ready(workspace, "there"))
                                .as("the tenant sees that the pod cannot be relied on")
                                .isEqualTo("False"));
                assertThat(ready("node", kept)).isEqualTo("True");
                assertThat(ready(workspace, "here")).isEqualTo("True");
                assertThat(workspace.run("exec", "here", "--", "echo", "goes on"))
                        .isEqualTo("goes on\n");
                workspace.applyAndWait(on(kept, "new"), "new");
                assertThat(workspace
                                .attempt("exec", "there", "--request-timeout=20s", "--", "true")
                                .exit())
                        .as("a pod on the lost node is not reached")
                        .isNotZero();
            } finally {
                Stage.cluster().startNode(lost);
            }
            Eventually.holds(RECOVERY, () -> assertThat(ready("node", lost)).isEqualTo("True"));
            Eventually.holds(
                    RECOVERY, () -> assertThat(ready(workspace, "there")).isEqualTo("True"));
            Eventually.holds(
                    RECOVERY,
                    () -> assertThat(workspace.run("exec", "there", "--", "echo", "back"))
                            .isEqualTo("back\n"));
        }
    }

    private static String on(String node, String pod) {
        return Pods.idle(pod) + "  nodeSelector: {kubernetes.io/hostname: " + node + "}\n";
    }

    private static String ready(Workspace workspace, String pod) throws InterruptedException {
        return workspace.run("get", "pod", pod, "-o", READY);
    }

    private static String ready(String kind, String name) throws InterruptedException {
        return tenant.kubectl().run("get", kind, name, "-o", READY);
    }
}
