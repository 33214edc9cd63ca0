// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What holds for every pod, however its fields are combined. */
class PodConversionPropertiesTest {
    private static final PodContext CONTEXT = FixtureTenant.demo().context();
    private static final String[] KEYS = {
        "app", "app.kubernetes.io/name", "hidden.example.com/tier", "flows.example.com/x", "tenancy.x-k8s.io/cluster"
    };

    @Property(tries = 300)
    void isDeterministicAndChangesNothing(@ForAll("pods") Pod source) {
        String before = PodFixtures.json(source);

        String first = PodFixtures.json(PodConversion.convert(source, CONTEXT));
        String second = PodFixtures.json(PodConversion.convert(source, CONTEXT));

        assertThat(second).isEqualTo(first);
        assertThat(PodFixtures.json(source)).isEqualTo(before);
    }

    @Property(tries = 300)
    void showsContainersNothingOfTheSuperCluster(@ForAll("pods") Pod source) {
        Pod converted = PodConversion.convert(source, CONTEXT);

        assertThat(ContainerView.leaks(converted, CONTEXT.tenantKey())).isEmpty();
    }

    @Property(tries = 300)
    void neverLetsTheSuperClusterMintTokens(@ForAll("pods") Pod source) {
        Pod converted = PodConversion.convert(source, CONTEXT);

        assertThat(converted.getSpec().getAutomountServiceAccountToken()).isFalse();
        assertThat(PodFixtures.json(converted)).doesNotContain("serviceAccountToken\":");
    }

    @Property(tries = 300)
    void confinesEverySelectorToTheTenant(@ForAll("pods") Pod source) {
        Pod converted = PodConversion.convert(source, CONTEXT);

        if (converted.getSpec().getAffinity() != null) {
            for (PodAffinityTerm term : converted
                    .getSpec()
                    .getAffinity()
                    .getPodAntiAffinity()
                    .getRequiredDuringSchedulingIgnoredDuringExecution()) {
                assertConfined(term.getLabelSelector());
                assertConfined(term.getNamespaceSelector());
                assertThat(term.getNamespaces()).allMatch(name -> name.startsWith(CONTEXT.tenantKey() + "-"));
            }
        }
    }

    private static void assertConfined(@Nullable LabelSelector selector) {
        if (selector != null) {
            assertThat(selector.getMatchLabels()).containsEntry("tenancy.x-k8s.io/cluster", CONTEXT.tenantKey());
        }
    }

    @Provide
    Arbitrary<Pod> pods() {
        return Combinators.combine(
                        entries(),
                        entries(),
                        containers(),
                        containers(),
                        volumes().list().uniqueElements(Volume::getName).ofMaxSize(4),
                        terms().list().ofMaxSize(3),
                        Arbitraries.of("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
                                .injectNull(0.2),
                        Arbitraries.of("sub", "").injectNull(0.4))
                .as(PodConversionPropertiesTest::pod);
    }

    private static Pod pod(
            Map<String, String> labels,
            Map<String, String> annotations,
            List<Container> containers,
            List<Container> initContainers,
            List<Volume> volumes,
            List<PodAffinityTerm> terms,
            String dnsPolicy,
            String subdomain) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web-0")
                .withUid("5b6e0a52-0000-4000-8000-000000000001")
                .withLabels(labels)
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withContainers(containers)
                .withInitContainers(initContainers)
                .withVolumes(volumes)
                .withDnsPolicy(dnsPolicy)
                .withSubdomain(subdomain)
                .withSetHostnameAsFQDN(subdomain != null)
                .endSpec()
                .build();
        if (!terms.isEmpty()) {
            pod = new PodBuilder(pod)
                    .editSpec()
                    .withNewAffinity()
                    .withNewPodAntiAffinity()
                    .withRequiredDuringSchedulingIgnoredDuringExecution(terms)
                    .endPodAntiAffinity()
                    .endAffinity()
                    .endSpec()
                    .build();
        }
        return pod;
    }

    private static Arbitrary<Map<String, String>> entries() {
        return Arbitraries.maps(Arbitraries.of(KEYS), Arbitraries.strings().ofMaxLength(8))
                .ofMaxSize(4);
    }

    private static Arbitrary<List<Container>> containers() {
        return variables()
                .list()
                .ofMaxSize(4)
                .list()
                .ofMaxSize(2)
                .map(lists -> lists.stream()
                        .map(variables -> new ContainerBuilder()
                                .withName("c")
                                .withEnv(variables)
                                .build())
                        .toList());
    }

    private static Arbitrary<EnvVar> variables() {
        Arbitrary<String> names = Arbitraries.of("A", "B", "KUBERNETES_SERVICE_HOST", "KUBERNETES_PORT");
        return Combinators.combine(names, fields(), Arbitraries.strings().ofMaxLength(8))
                .as((name, field, value) -> field.isEmpty()
                        ? new EnvVarBuilder().withName(name).withValue(value).build()
                        : new EnvVarBuilder()
                                .withName(name)
                                .withNewValueFrom()
                                .withNewFieldRef("v1", field)
                                .endValueFrom()
                                .build());
    }

    private static Arbitrary<String> fields() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "", "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "status.podIP"),
                Arbitraries.of(KEYS).map(key -> "metadata.labels['" + key + "']"),
                Arbitraries.of(KEYS).map(key -> "metadata.annotations['" + key + "']"));
    }

    private static Arbitrary<Volume> volumes() {
        Arbitrary<String> downward = Arbitraries.oneOf(
                fields().filter(field -> field.startsWith("metadata")),
                Arbitraries.of("metadata.labels", "metadata.annotations"));
        return Combinators.combine(
                        Arbitraries.of("a", "b", "c", "d"),
                        Arbitraries.integers().between(0, 3),
                        downward)
                .as((name, kind, field) -> switch (kind) {
                    case 0 ->
                        new VolumeBuilder()
                                .withName(name)
                                .withNewDownwardAPI()
                                .addNewItem()
                                .withPath("p")
                                .withNewFieldRef("v1", field)
                                .endItem()
                                .endDownwardAPI()
                                .build();
                    case 1 ->
                        new VolumeBuilder()
                                .withName(name)
                                .withNewProjected()
                                .addNewSource()
                                .withNewServiceAccountToken()
                                .withPath("token")
                                .endServiceAccountToken()
                                .endSource()
                                .addNewSource()
                                .withNewDownwardAPI()
                                .addNewItem()
                                .withPath("p")
                                .withNewFieldRef("v1", field)
                                .endItem()
                                .endDownwardAPI()
                                .endSource()
                                .endProjected()
                                .build();
                    case 2 ->
                        new VolumeBuilder()
                                .withName(name)
                                .withNewConfigMap()
                                .withName("kube-root-ca.crt")
                                .endConfigMap()
                                .build();
                    default ->
                        new VolumeBuilder()
                                .withName(name)
                                .withNewEmptyDir()
                                .endEmptyDir()
                                .build();
                });
    }

    private static Arbitrary<PodAffinityTerm> terms() {
        return Combinators.combine(
                        selectors().injectNull(0.2),
                        selectors().injectNull(0.3),
                        Arbitraries.of("shop", "bank", "n".repeat(63)).list().ofMaxSize(2))
                .as((podSelector, namespaceSelector, namespaces) -> new PodAffinityTermBuilder()
                        .withTopologyKey("zone")
                        .withLabelSelector(podSelector)
                        .withNamespaceSelector(namespaceSelector)
                        .withNamespaces(Objects.requireNonNull(namespaces))
                        .build());
    }

    private static Arbitrary<LabelSelector> selectors() {
        Arbitrary<String> keys = Arbitraries.oneOf(Arbitraries.of(KEYS), Arbitraries.of("kubernetes.io/metadata.name"));
        return Combinators.combine(keys.injectNull(0.3), keys.injectNull(0.3), Arbitraries.of("In", "NotIn", "Exists"))
                .as((label, expression, operator) -> {
                    LabelSelectorBuilder selector = new LabelSelectorBuilder();
                    if (label != null) {
                        selector.addToMatchLabels(label, "shop");
                    }
                    if (expression != null) {
                        selector.addNewMatchExpression()
                                .withKey(expression)
                                .withOperator(operator)
                                .withValues(operator.equals("Exists") ? List.of() : List.of("bank", "shop"))
                                .endMatchExpression();
                    }
                    return selector.build();
                });
    }
}
