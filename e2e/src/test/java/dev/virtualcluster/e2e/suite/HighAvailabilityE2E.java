// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.demo.Console;
import dev.virtualcluster.e2e.demo.Report;
import dev.virtualcluster.e2e.demo.Tenant;
import dev.virtualcluster.e2e.demo.TenantCreation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A tenant of three etcd members, two API servers and two controller-managers, made from the example. Where the example asks
 * for a load balancer and three nodes, this takes a node port and two.
 */
@ExtendWith(Stage.class)
class HighAvailabilityE2E {
    private static final String NAMESPACE = "ha";
    private static final Duration RECOVERY = Duration.ofSeconds(120);
    private static Tenant tenant;

    @BeforeAll
    static void create() throws Exception {
        Path checkout = ClusterSettings.ofThisProcess().checkout();
        String example = Files.readString(checkout.resolve("examples/clusterversion-ha.yaml"))
                .replace("type: LoadBalancer", "type: NodePort")
                // Nodes without the label are not counted, so that two can carry three members.
                .replace("topologyKey: kubernetes.io/hostname", "topologyKey: example.com/no-such-label")
                // The local cluster's volumes are host paths.
                .replaceFirst("runAsNonRoot: true\\s+runAsUser: 65532", "runAsUser: 0");
        assertThat(example).contains("NodePort", "no-such-label", "runAsUser: 0");
        Stage.admin().runReading(example, "apply", "-f", "-");
        Path folder = checkout.resolve("build/suite");
        Console console = new Console(System.out, new Report(folder.resolve("ha.json")));
        tenant = new TenantCreation(Stage.admin(), folder).create(NAMESPACE, "ha", "ha", console);
    }

    @AfterAll
    static void delete() throws Exception {
        Stage.admin().attempt("-n", NAMESPACE, "delete", "virtualcluster", "ha", "--timeout=120s");
        Stage.admin().attempt("delete", "clusterversion", "ha", "--wait=false");
    }

    @Test
    void losesAnyOneMemberAndServesOn() throws Exception {
        List<String> written = new ArrayList<>();
        try (Workspace workspace = Workspace.of(tenant, "members")) {
            for (String member : List.of("etcd-0", "etcd-1", "etcd-2", "apiserver-0", "apiserver-1")) {
                awaitAll();
                Stage.admin().run("-n", tenant.key(), "delete", "pod", member, "--force", "--grace-period=0");
                String name = "without-" + member;
                Eventually.holds(RECOVERY, () -> workspace.run("create", "configmap", name));
                written.add("configmap/" + name);
            }
            awaitAll();
            assertThat(workspace.run("get", "configmaps", "-o", "name").lines()).containsAll(written);
        }
    }

    @Test
    void runsPodsLikeAnyOther() throws Exception {
        try (Workspace workspace = Workspace.of(tenant, "pods")) {
            workspace.applyAndWait(Pods.idle("pod"), "pod");
            assertThat(workspace.run("exec", "pod", "--", "echo", "works")).isEqualTo("works\n");
        }
    }

    private static void awaitAll() {
        Map.of("etcd", "3", "apiserver", "2", "controller-manager", "2").forEach(HighAvailabilityE2E::awaitReplicas);
    }

    private static void awaitReplicas(String part, String replicas) {
        Eventually.holds(
                RECOVERY,
                () -> assertThat(Stage.admin()
                                .run(
                                        "-n",
                                        tenant.key(),
                                        "get",
                                        "statefulset",
                                        part,
                                        "-o",
                                        "jsonpath={.status.readyReplicas}"))
                        .as("ready replicas of " + part)
                        .isEqualTo(replicas));
    }
}
