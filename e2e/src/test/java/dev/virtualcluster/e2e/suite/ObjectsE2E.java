// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Configuration, names at their limits, drift and the end of a namespace. */
@ExtendWith(Stage.class)
class ObjectsE2E {
    private static final Duration MOUNT_REFRESH = Duration.ofSeconds(150);

    @Test
    void aChangedConfigMapIsSeenInsideTheRunningPod() throws Exception {
        try (Workspace workspace = Workspace.of(Stage.red(), "config")) {
            workspace.run("create", "configmap", "settings", "--from-literal=colour=red");
            workspace.applyAndWait(
                    Pods.idle("reader")
                            .replace(
                                    "args: [pause]}",
                                    "args: [pause], volumeMounts: [{name: c, mountPath: /c}]}\n"
                                            + "  volumes: [{name: c, configMap: {name: settings}}]"),
                    "reader");
            assertThat(workspace.run("exec", "reader", "--", "cat", "/c/colour"))
                    .isEqualTo("red");
            workspace.run("patch", "configmap", "settings", "-p", "{\"data\":{\"colour\":\"blau-äöü-日本\"}}");
            Eventually.holds(
                    MOUNT_REFRESH,
                    () -> assertThat(workspace.run("exec", "reader", "--", "cat", "/c/colour"))
                            .isEqualTo("blau-äöü-日本"));
        }
    }

    @Test
    void namesOfSixtyThreeCharactersWork() throws Exception {
        String namespace = "n" + "a".repeat(61) + "e";
        String pod = "p" + "b".repeat(61) + "d";
        try (Workspace workspace = Workspace.named(Stage.red(), namespace)) {
            workspace.applyAndWait(Pods.idle(pod), pod);
            assertThat(workspace.run("exec", pod, "--", "echo", "reached")).isEqualTo("reached\n");
            assertThat(workspace.attempt("logs", pod).exit()).isZero();
            assertThat(workspace.superNamespace()).hasSizeLessThanOrEqualTo(63);
        }
    }

    @Test
    void driftMadeByHandIsRepaired() throws Exception {
        try (Workspace workspace = Workspace.of(Stage.red(), "drift")) {
            workspace.run("create", "configmap", "truth", "--from-literal=k=v");
            workspace.run("create", "service", "clusterip", "svc", "--tcp=80:80");
            Eventually.holds(
                    () -> Stage.admin().run("-n", workspace.superNamespace(), "get", "configmap/truth", "service/svc"));
            String namespace = workspace.superNamespace();
            Stage.admin()
                    .run(
                            "-n",
                            namespace,
                            "patch",
                            "configmap",
                            "truth",
                            "-p",
                            "{\"data\":{\"k\":\"forged\",\"extra\":\"x\"}}");
            Eventually.holds(() -> assertThat(
                            Stage.admin().run("-n", namespace, "get", "configmap", "truth", "-o", "jsonpath={.data}"))
                    .isEqualTo("{\"k\":\"v\"}"));
            Stage.admin().run("-n", namespace, "delete", "configmap", "truth");
            Eventually.holds(() -> Stage.admin().run("-n", namespace, "get", "configmap", "truth"));
            Stage.admin()
                    .run(
                            "-n",
                            namespace,
                            "patch",
                            "service",
                            "svc",
                            "-p",
                            "{\"spec\":{\"selector\":{\"app\":\"forged\"}}}");
            Eventually.holds(() -> assertThat(Stage.admin()
                            .run("-n", namespace, "get", "service", "svc", "-o", "jsonpath={.spec.selector.app}"))
                    .isEqualTo("svc"));
        }
    }

    @Test
    void aNamespaceIsDeletedWithAllThatIsInside() throws Exception {
        Workspace workspace = Workspace.of(Stage.red(), "gone");
        workspace.run(
                "create", "deployment", "web", "--image=" + Pods.image(), "--replicas=2", "--", "/agnhost", "pause");
        workspace.run("create", "configmap", "c", "--from-literal=k=v");
        workspace.run("create", "service", "clusterip", "web", "--tcp=80:80");
        workspace.kubectl().await(workspace.namespace, "deployment/web", "condition=Available", Duration.ofSeconds(60));
        String superNamespace = workspace.superNamespace();
        workspace.kubectl().run("delete", "namespace", workspace.namespace, "--timeout=90s");
        Eventually.holds(
                Duration.ofSeconds(90),
                () -> assertThat(Stage.admin()
                                .attempt("get", "namespace", superNamespace)
                                .err())
                        .contains("NotFound"));
    }

    @Test
    void servicesKeepTheAddressTheTenantSees() throws Exception {
        try (Workspace workspace = Workspace.of(Stage.red(), "address")) {
            workspace.run("create", "service", "clusterip", "one", "--tcp=80:80");
            workspace.run("create", "service", "nodeport", "two", "--tcp=80:80");
            for (String service : new String[] {"one", "two"}) {
                String address = workspace.run("get", "service", service, "-o", "jsonpath={.spec.clusterIP}");
                Eventually.holds(() -> assertThat(Stage.admin()
                                .run(
                                        "-n",
                                        workspace.superNamespace(),
                                        "get",
                                        "service",
                                        service,
                                        "-o",
                                        "jsonpath={.spec.clusterIP}"))
                        .isEqualTo(address));
            }
            Eventually.holds(
                    () -> assertThat(workspace.run("get", "service", "two", "-o", "jsonpath={.spec.ports[0].nodePort}"))
                            .isEqualTo(Stage.admin()
                                    .run(
                                            "-n",
                                            workspace.superNamespace(),
                                            "get",
                                            "service",
                                            "two",
                                            "-o",
                                            "jsonpath={.spec.ports[0].nodePort}")));
        }
    }
}
