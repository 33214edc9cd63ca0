// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.demo.Command.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an admin gets wrong ends in a refusal or a condition that says what to do, and heals when the cause goes. */
@ExtendWith(Stage.class)
class BadInputE2E {
    private static final String NAMESPACE = "bad-input";

    @Test
    void aNameThatIsTooLongIsRefused() throws Exception {
        Outcome outcome = create("a".repeat(64), "");
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.err()).contains("63");
    }

    @Test
    void aPresetStatusIsDropped() throws Exception {
        Outcome outcome = create("preset", "status: {phase: Running, clusterNamespace: kube-system}\n");
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        Eventually.holds(() -> assertThat(status("preset", "{.status.clusterNamespace}"))
                .startsWith(NAMESPACE + "-")
                .endsWith("-preset"));
        delete("preset");
    }

    @Test
    void aMissingClusterVersionIsSaidAndHealsWhenItAppears() throws Exception {
        Outcome outcome = create("waiting", "", "late-version");
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        Eventually.holds(() ->
                assertThat(ready("waiting")).contains("ClusterVersionNotFound").contains("late-version"));
        String copy = Stage.admin()
                .run("get", "clusterversion", "default", "-o", "json")
                .replace("\"name\": \"default\"", "\"name\": \"late-version\"")
                .replaceAll("\"(uid|resourceVersion|creationTimestamp)\": \"[^\"]*\",?", "");
        Stage.admin().runReading(copy, "create", "-f", "-");
        try {
            Eventually.holds(
                    Duration.ofSeconds(120), () -> assertThat(ready("waiting")).startsWith("True"));
        } finally {
            delete("waiting");
            Stage.admin().attempt("delete", "clusterversion", "late-version", "--wait=false");
        }
    }

    @Test
    void anImageThatCannotBePulledIsNamed() throws Exception {
        String copy = Stage.admin()
                .run("get", "clusterversion", "default", "-o", "json")
                .replace("\"name\": \"default\"", "\"name\": \"no-image\"")
                .replaceAll("\"(uid|resourceVersion|creationTimestamp)\": \"[^\"]*\",?", "")
                .replaceAll("registry.k8s.io/kube-apiserver:[^\"]*", "registry.invalid/kube-apiserver:v9");
        Stage.admin().runReading(copy, "create", "-f", "-");
        try {
            assertThat(create("pulling", "", "no-image").exit()).isZero();
            Eventually.holds(
                    Duration.ofSeconds(90),
                    () -> assertThat(ready("pulling"))
                            .startsWith("False")
                            .contains("registry.invalid/kube-apiserver:v9"));
        } finally {
            delete("pulling");
            Stage.admin().attempt("delete", "clusterversion", "no-image", "--wait=false");
        }
    }

    @Test
    void anInvalidVersionIsRefusedOrSaid() throws Exception {
        Outcome outcome =
                Stage.admin().command("create", "-f", "-").reading("""
                apiVersion: tenancy.x-k8s.io/v1alpha1
                kind: ClusterVersion
                metadata: {name: nonsense}
                spec:
                  etcd: {metadata: {name: not-etcd}, statefulset: {apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 0}}}
                """).run();
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.err()).contains("etcd");
    }

    @Test
    void theSameNameInAnotherNamespaceIsAnotherTenant() throws Exception {
        Stage.admin().attempt("create", "namespace", "bad-input-2");
        assertThat(create("twin", "").exit()).isZero();
        assertThat(createIn("bad-input-2", "twin", "", "default").exit()).isZero();
        try {
            Eventually.holds(Duration.ofSeconds(120), () -> {
                assertThat(ready("twin")).startsWith("True");
                assertThat(Stage.admin()
                                .run(
                                        "-n",
                                        "bad-input-2",
                                        "get",
                                        "virtualcluster",
                                        "twin",
                                        "-o",
                                        "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}"))
                        .isEqualTo("True");
            });
            assertThat(status("twin", "{.status.clusterNamespace}"))
                    .isNotEqualTo(Stage.admin()
                            .run(
                                    "-n",
                                    "bad-input-2",
                                    "get",
                                    "virtualcluster",
                                    "twin",
                                    "-o",
                                    "jsonpath={.status.clusterNamespace}"));
        } finally {
            delete("twin");
            Stage.admin().run("-n", "bad-input-2", "delete", "virtualcluster", "twin", "--timeout=120s");
        }
    }

    @Test
    void deletedWhileItIsCreatedLeavesNothing() throws Exception {
        assertThat(create("brief", "").exit()).isZero();
        Eventually.holds(
                () -> assertThat(status("brief", "{.status.clusterNamespace}")).isNotEmpty());
        String key = status("brief", "{.status.clusterNamespace}");
        delete("brief");
        assertThat(Stage.admin().attempt("get", "namespace", key).err()).contains("NotFound");
        assertThat(Stage.admin()
                        .run(
                                "get",
                                "servicecidrs,ipaddresses,namespaces",
                                "-l",
                                "tenancy.x-k8s.io/cluster=" + key,
                                "-o",
                                "name"))
                .isEmpty();
    }

    private static Outcome create(String name, String rest) throws InterruptedException {
        return create(name, rest, "default");
    }

    private static Outcome create(String name, String rest, String version) throws InterruptedException {
        Stage.admin().attempt("create", "namespace", NAMESPACE);
        return createIn(NAMESPACE, name, rest, version);
    }

    private static Outcome createIn(String namespace, String name, String rest, String version)
            throws InterruptedException {
        return Stage.admin()
                .command("create", "-f", "-")
                .reading("""
                apiVersion: tenancy.x-k8s.io/v1alpha1
                kind: VirtualCluster
                metadata: {name: %s, namespace: %s}
                spec: {clusterVersionName: %s}
                """.formatted(name, namespace, version) + rest)
                .run();
    }

    private static String status(String name, String path) throws InterruptedException {
        return Stage.admin().run("-n", NAMESPACE, "get", "virtualcluster", name, "-o", "jsonpath=" + path);
    }

    private static String ready(String name) throws InterruptedException {
        String condition = "{.status.conditions[?(@.type==\"Ready\")]";
        return status(name, condition + ".status} " + condition + ".reason} " + condition + ".message}");
    }

    private static void delete(String name) throws InterruptedException {
        Stage.admin().run("-n", NAMESPACE, "delete", "virtualcluster", name, "--timeout=120s");
    }
}
