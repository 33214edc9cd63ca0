// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A release's life on a real API server: install, use, upgrade, uninstall. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChartInstallIT {
    @RegisterExtension
    static final ApiServers SERVER = ApiServers.one();

    private static final String NAMESPACE = "chart-install";

    private static KubernetesClient client;
    private static List<String> before = List.of();

    @BeforeAll
    static void connects() {
        client = new KubernetesClientBuilder().withConfig(SERVER.get().config()).build();
        ChartFiles.applyCrds(client);
        for (String name : List.of(NAMESPACE, "tenants")) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
        before = everything();
    }

    @AfterAll
    static void disconnects() {
        client.close();
    }

    static List<Path> manifests() {
        return Stream.of(ChartFiles.EXAMPLES, ChartFiles.FIXTURES.resolve("compatibility"))
                .flatMap(folder -> ChartFiles.yaml(folder, "").stream())
                .toList();
    }

    @Test
    @Order(1)
    void installs() {
        var release = new Helm(ChartFiles.CHART)
                .install()
                .withName("virtualcluster")
                .withNamespace(NAMESPACE)
                .withKubeConfigContents(SERVER.get().kubeconfig())
                .call();

        assertThat(release.getStatus()).isEqualTo("deployed");
        assertThat(client.apps().deployments().inNamespace(NAMESPACE).list().getItems())
                .extracting(deployment -> deployment.getMetadata().getName())
                .containsExactlyInAnyOrder("vc-tenant-operator", "vc-syncer");
        assertThat(client.apps().daemonSets().inNamespace(NAMESPACE).list().getItems())
                .hasSize(1);
        assertThat(client.genericKubernetesResources("tenancy.x-k8s.io/v1alpha1", "ClusterVersion")
                        .withName("default")
                        .get())
                .isNotNull();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    @Order(2)
    void examplesAndManifestsOfTheGoImplementationApplyUnchanged(Path file) {
        for (GenericKubernetesResource document : ChartFiles.documents(client, file)) {
            GenericKubernetesResource applied =
                    client.resource(document).fieldManager("it").serverSideApply();

            assertThat(applied.getAdditionalProperties().get("spec"))
                    .as("nothing was pruned")
                    .isEqualTo(withDefaults(document, applied));
            client.resource(applied).delete();
        }
    }

    /** What was written, and beside it those fields of the answer that were not written: defaults. */
    @SuppressWarnings("unchecked")
    private static Object withDefaults(GenericKubernetesResource written, GenericKubernetesResource answer) {
        var merged = new java.util.TreeMap<String, Object>(
                (java.util.Map<String, Object>) answer.getAdditionalProperties().get("spec"));
        Object spec = written.getAdditionalProperties().get("spec");
        if (spec != null) {
            merged.putAll((java.util.Map<String, Object>) spec);
        }
        return merged;
    }

    @Test
    @Order(3)
    void upgradesInPlace() {
        var release = new Helm(ChartFiles.CHART)
                .upgrade()
                .withName("virtualcluster")
                .withNamespace(NAMESPACE)
                .withKubeConfigContents(SERVER.get().kubeconfig())
                .set("syncer.replicas", 2)
                .set("images.tag", "0.2.0")
                .call();

        assertThat(release.getRevision()).isEqualTo("2");
        var syncer = client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("vc-syncer")
                .get();
        assertThat(syncer.getSpec().getReplicas()).isEqualTo(2);
        assertThat(syncer.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .endsWith("/syncer:0.2.0");
    }

    @Test
    @Order(4)
    void anUpgradeWithWrongValuesChangesNothing() {
        assertThatThrownBy(() -> new Helm(ChartFiles.CHART)
                        .upgrade()
                        .withName("virtualcluster")
                        .withNamespace(NAMESPACE)
                        .withKubeConfigContents(SERVER.get().kubeconfig())
                        .set("syncer.replica", 3)
                        .call())
                .hasMessageContaining("replica");

        assertThat(client.apps()
                        .deployments()
                        .inNamespace(NAMESPACE)
                        .withName("vc-syncer")
                        .get()
                        .getSpec()
                        .getReplicas())
                .isEqualTo(2);
    }

    @Test
    @Order(5)
    void uninstallLeavesNothing() {
        Helm.uninstall("virtualcluster")
                .withNamespace(NAMESPACE)
                .withKubeConfigContents(SERVER.get().kubeconfig())
                .call();

        assertThat(everything()).containsExactlyElementsOf(before);
    }

    /** All objects of every kind that can be listed, but for those that come and go by themselves. */
    private static List<String> everything() {
        return client.getApiGroups().getGroups().stream()
                .map(group -> group.getPreferredVersion().getGroupVersion())
                .collect(java.util.stream.Collectors.collectingAndThen(java.util.stream.Collectors.toList(), groups -> {
                    groups.add("v1");
                    return groups;
                }))
                .stream()
                .flatMap(version -> client.getApiResources(version).getResources().stream()
                        .filter(resource -> resource.getVerbs().contains("list")
                                && !resource.getName().contains("/")
                                && !List.of("Event", "Lease", "APIService").contains(resource.getKind()))
                        .flatMap(resource -> client
                                .genericKubernetesResources(version, resource.getKind())
                                .inAnyNamespace()
                                .list()
                                .getItems()
                                .stream()
                                .map(object -> version + " " + resource.getKind() + " " + name(object))))
                .sorted()
                .toList();
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
    }
}
