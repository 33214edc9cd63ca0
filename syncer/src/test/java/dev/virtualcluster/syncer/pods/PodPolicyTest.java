// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.syncer.engine.RefusedException;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodResourceClaimBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodPolicyTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: data, persistentVolumeClaim: {claimName: data-web-0}} | Volume data needs a claim, data-web-0, and",
                "{name: data, ephemeral: {volumeClaimTemplate: {}}} | Volume data needs a claim of its own, and",
                "{name: data, projected: {sources: [{podCertificate: {}}]}} | Volume data asks for a podCertificate",
                "{name: data, projected: {sources: [{clusterTrustBundle: {}}]}} | Volume data asks for a clusterTrustBundle",
            })
    void refusesWhatTheSuperClusterCannotGive(String volume, String words) {
        assertThatThrownBy(() -> PodPolicy.check(pod(volume)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.text()).startsWith(words));
    }

    @Test
    void refusesToRunAPodWithLessIsolationThanItAsksFor() {
        var sandboxed = pod("{name: data, emptyDir: {}}");
        sandboxed.getSpec().setRuntimeClassName("gvisor");

        assertThatThrownBy(() -> PodPolicy.check(sandboxed)).isInstanceOfSatisfying(RefusedException.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo("RuntimeClassUnsupported");
            assertThat(refusal.text()).contains("runtime class gvisor");
        });
    }

    @Test
    void refusesDevicesThatTheSuperClusterWouldNotFind() {
        var claiming = pod("{name: data, emptyDir: {}}");
        claiming.getSpec()
                .setResourceClaims(
                        List.of(new PodResourceClaimBuilder().withName("gpu").build()));

        assertThatThrownBy(() -> PodPolicy.check(claiming)).isInstanceOfSatisfying(RefusedException.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo("ResourceClaimsUnsupported");
            assertThat(refusal.text()).contains("resource claim gpu");
        });
    }

    @Test
    void acceptsOtherVolumes() {
        assertThatCode(() -> PodPolicy.check(pod("{name: data, emptyDir: {}}"))).doesNotThrowAnyException();
    }

    @Test
    void refusesManyReferencesToOneLongAnnotation() {
        assertThatCode(() -> PodPolicy.check(referring(2, 100_000))).doesNotThrowAnyException();
        assertThatThrownBy(() -> PodPolicy.check(referring(3, 100_000)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.text()).contains("come to 300000 characters"));
    }

    private static Pod referring(int variables, int length) {
        EnvVar[] env = IntStream.range(0, variables)
                .mapToObj(i -> new EnvVarBuilder()
                        .withName("V" + i)
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "metadata.annotations['tenancy.x-k8s.io/x']")
                        .endValueFrom()
                        .build())
                .toArray(EnvVar[]::new);
        return new PodBuilder()
                .withNewMetadata()
                .addToAnnotations("tenancy.x-k8s.io/x", "$".repeat(length))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withEnv(env)
                .endContainer()
                .endSpec()
                .build();
    }

    private static Pod pod(String volume) {
        return YAML.unmarshal(
                "kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec: {volumes: [" + volume + "]}", Pod.class);
    }
}
