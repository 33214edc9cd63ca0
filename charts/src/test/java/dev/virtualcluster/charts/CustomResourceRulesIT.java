// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule of the CRDs by example. All documents of a {@code valid-} file are accepted, one after the other; of an
 * {@code invalid-} file all but the last, which is refused with the text in the file's first line.
 */
class CustomResourceRulesIT {
    @RegisterExtension
    static final ApiServers SERVER = ApiServers.one();

    private static final String NAMESPACE = "crd-rules";
    private static final String EXPECTED = "# refused: ";

    private static KubernetesClient client;

    @BeforeAll
    static void installsCrds() {
        client = new KubernetesClientBuilder().withConfig(SERVER.get().config()).build();
        ChartFiles.applyCrds(client);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterAll
    static void cleansUp() {
        client.genericKubernetesResources("tenancy.x-k8s.io/v1alpha1", "ClusterVersion")
                .delete();
        client.close();
    }

    static List<Path> valid() {
        return ChartFiles.yaml(ChartFiles.FIXTURES.resolve("crds"), "valid-");
    }

    static List<Path> invalid() {
        return ChartFiles.yaml(ChartFiles.FIXTURES.resolve("crds"), "invalid-");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void accepts(Path file) {
        for (GenericKubernetesResource document : ChartFiles.documents(client, file)) {
            assertThat(store(document)).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refuses(Path file) throws Exception {
        // Given
        String firstLine = Files.readAllLines(file).getFirst();
        assertThat(firstLine).as("first line of %s", file).startsWith(EXPECTED);
        List<GenericKubernetesResource> documents = ChartFiles.documents(client, file);
        documents.subList(0, documents.size() - 1).forEach(CustomResourceRulesIT::store);

        // Then
        assertThatThrownBy(() -> store(documents.getLast()))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(422))
                .hasMessageContaining(firstLine.substring(EXPECTED.length()));
    }

    /** Creates, or replaces what is there; a document with a status replaces the status. */
    private static GenericKubernetesResource store(GenericKubernetesResource document) {
        NamespaceableResource<GenericKubernetesResource> resource = client.resource(document);
        boolean isNamespaced = document.getKind().equals("VirtualCluster");
        Resource<GenericKubernetesResource> place = isNamespaced ? resource.inNamespace(NAMESPACE) : resource;
        GenericKubernetesResource present = place.get();
        if (present == null) {
            return place.create();
        }
        document.getMetadata().setResourceVersion(present.getMetadata().getResourceVersion());
        if (isNamespaced) {
            document.getMetadata().setNamespace(NAMESPACE);
        }
        return document.getAdditionalProperties().containsKey("status") ? place.updateStatus() : place.update();
    }
}
