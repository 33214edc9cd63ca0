// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.apis.ClusterVersion;
import dev.virtualcluster.apis.ClusterVersionSpec;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.addresses.Cidr;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden files: {@code -Dgolden.write=true} writes them anew, to be reviewed as a diff. */
class CompletionTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final TenantFacts FACTS = new TenantFacts(
            new TenantKey("default-aaaaaa-demo"),
            "cluster.local",
            Cidr.parse("10.97.4.0/24"),
            Map.of("tenancy.x-k8s.io/controlled", "true", "tenancy.x-k8s.io/cluster", "default-aaaaaa-demo"),
            Map.of("tenancy.x-k8s.io/vcuid", "uid-1"),
            Map.of(Part.ETCD, "c1", Part.API_SERVER, "c2", Part.CONTROLLER_MANAGER, "c3"));

    private final KubernetesSerialization serialization = new KubernetesSerialization();
    private final Completion completion = new Completion(serialization);

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "one-authority"})
    void completesAsRecorded(String name) throws IOException {
        var objects = completion.complete(ControlPlaneTemplates.of(spec(name)), FACTS);

        String text = objects.stream().map(serialization::asYaml).collect(Collectors.joining());
        Path golden = GOLDEN.resolve(name + ".yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    @Test
    void leavesTheTemplateUntouched() {
        var spec = spec("one-authority");
        String before = serialization.asYaml(spec);

        completion.complete(ControlPlaneTemplates.of(spec), FACTS);

        assertThat(serialization.asYaml(spec)).isEqualTo(before);
    }

    @Test
    void givesEtcdItsOwnAuthorityWhereATemplateKnowsOneOnly() {
        var pod = pod("one-authority", "etcd");

        assertThat(flag(pod, "--trusted-ca-file")).isEqualTo("/pki/root/tls.crt");
        var trust = pod.getVolumes().stream()
                .filter(volume -> volume.getName().equals("root-ca"))
                .findFirst()
                .orElseThrow()
                .getSecret();
        assertThat(trust.getSecretName()).isEqualTo("etcd-ca");
        assertThat(trust.getItems()).singleElement().satisfies(item -> {
            assertThat(item.getKey()).isEqualTo("ca.crt");
            assertThat(item.getPath()).isEqualTo("tls.crt");
        });
    }

    @Test
    void namesEveryMemberOfTheEtcdCluster() {
        assertThat(flag(pod("one-authority", "etcd"), "--initial-cluster"))
                .isEqualTo("etcd-0=https://etcd-0.etcd:2380,etcd-1=https://etcd-1.etcd:2380,"
                        + "etcd-2=https://etcd-2.etcd:2380");
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "one-authority"})
    void keepsTheAuthoritysKeyOutOfTheApiServersPod(String version) {
        assertThat(pod(version, "apiserver").getVolumes())
                .extracting(io.fabric8.kubernetes.api.model.Volume::getSecret)
                .filteredOn(secret -> secret.getSecretName().equals("root-ca"))
                .singleElement()
                .satisfies(secret -> assertThat(secret.getItems())
                        .singleElement()
                        .satisfies(item -> assertThat(item.getKey()).isEqualTo("tls.crt")));
    }

    @Test
    void givesTheApiServerItsOwnClientCertificates() {
        var pod = pod("one-authority", "apiserver");

        assertThat(flag(pod, "--etcd-certfile")).isEqualTo("/etc/virtualcluster/etcd-client/tls.crt");
        assertThat(flag(pod, "--kubelet-client-certificate")).isEqualTo("/etc/virtualcluster/kubelet-client/tls.crt");
        assertThat(flag(pod, "--kubelet-certificate-authority")).isEqualTo("/etc/virtualcluster/kubelet-client/ca.crt");
        assertThat(flag(pod, "--requestheader-client-ca-file")).isEqualTo("/etc/virtualcluster/front-proxy-ca/ca.crt");
        assertThat(flag(pod, "--proxy-client-cert-file"))
                .as("was right already")
                .isEqualTo("/pki/frontproxy/tls.crt");
        assertThat(flag(pod, "--service-cluster-ip-range")).isEqualTo("10.97.4.0/24");
        assertThat(flag(pod, "--etcd-servers")).isEqualTo("https://etcd-0.etcd:2379");
    }

    @Test
    void servesTheTenantsOwnPortBesideTheTemplates() {
        var service = (Service) object("one-authority", "Service", "apiserver-svc");

        assertThat(service.getApiVersion()).isEqualTo("v1");
        assertThat(service.getSpec().getClusterIP()).isEqualTo("10.97.4.1");
        assertThat(service.getSpec().getPorts())
                .extracting(port -> port.getName() + ":" + port.getPort())
                .containsExactly("port-6443:6443", "https:443");
    }

    @Test
    void refusesTemplatesThatCannotWorkAndSaysWhere() {
        refuses("spec.apiServer:", spec -> spec.setApiServer(null));
        refuses(
                "spec.etcd.metadata.name:",
                spec -> Objects.requireNonNull(
                                Objects.requireNonNull(spec.getEtcd()).getMetadata())
                        .setName("etcd2"));
        refuses(
                "spec.etcd.statefulset.spec:",
                spec -> Objects.requireNonNull(spec.getEtcd()).setStatefulset(null));
        refuses(
                "spec.apiServer.statefulset.spec.template.spec.containers:",
                spec -> apiServerPod(spec).setContainers(List.of()));
        refuses(
                "spec.apiServer.statefulset.spec.template.spec.containers[0].image:",
                spec -> apiServerPod(spec).getContainers().getFirst().setImage(""));
        refuses(
                "spec.apiServer.statefulset.spec.template.spec.containers[0].command:",
                spec -> apiServerPod(spec).getContainers().getFirst().setCommand(List.of("/bin/sh", "-c")));
        refuses(
                "spec.apiServer.statefulset.spec.replicas:",
                spec -> Objects.requireNonNull(
                                Objects.requireNonNull(spec.getApiServer()).getStatefulset())
                        .getSpec()
                        .setReplicas(0));
        refuses("spec.kubernetesVersion:", spec -> spec.setKubernetesVersion("latest"));
        refuses(
                "spec.apiServer.service.metadata.name:",
                spec -> Objects.requireNonNull(
                                Objects.requireNonNull(spec.getApiServer()).getService())
                        .getMetadata()
                        .setName("other"));
        refuses(
                "spec.apiServer.statefulset.spec.selector:",
                spec -> Objects.requireNonNull(
                                Objects.requireNonNull(spec.getApiServer()).getStatefulset())
                        .getSpec()
                        .getSelector()
                        .setMatchLabels(Map.of("other", "label")));
    }

    private void refuses(String path, Consumer<ClusterVersionSpec> change) {
        var spec = spec("one-authority");
        change.accept(spec);

        assertThatThrownBy(() -> completion.complete(ControlPlaneTemplates.of(spec), FACTS))
                .as(path)
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith(path);
    }

    private static PodSpec apiServerPod(ClusterVersionSpec spec) {
        return Objects.requireNonNull(
                        Objects.requireNonNull(spec.getApiServer()).getStatefulset())
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private PodSpec pod(String version, String name) {
        return ((StatefulSet) object(version, "StatefulSet", name))
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private HasMetadata object(String version, String kind, String name) {
        return completion.complete(ControlPlaneTemplates.of(spec(version)), FACTS).stream()
                .filter(object -> object.getKind().equals(kind)
                        && object.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String flag(PodSpec pod, String flag) {
        Container container = pod.getContainers().getFirst();
        return new Arguments(container).get(flag).orElse("");
    }

    private ClusterVersionSpec spec(String name) {
        try (var in = CompletionTest.class.getResourceAsStream("/clusterversions/" + name + ".yaml")) {
            String yaml = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return Objects.requireNonNull(serialization.unmarshal(yaml, ClusterVersion.class))
                    .getSpec();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
