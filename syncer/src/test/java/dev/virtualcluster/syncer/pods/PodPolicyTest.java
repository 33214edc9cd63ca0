// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.syncer.engine.RefusedException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
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
    void acceptsOtherVolumes() {
        assertThatCode(() -> PodPolicy.check(pod("{name: data, emptyDir: {}}"))).doesNotThrowAnyException();
    }

    private static Pod pod(String volume) {
        return YAML.unmarshal("kind: Pod\napiVersion: v1\nspec: {volumes: [" + volume + "]}", Pod.class);
    }
}
