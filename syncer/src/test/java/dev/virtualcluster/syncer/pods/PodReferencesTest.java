// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodReferencesTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "volumes: [{name: v, secret: {secretName: x}}]",
                "volumes: [{name: v, projected: {sources: [{secret: {name: x}}]}}]",
                "volumes: [{name: v, azureFile: {shareName: s, secretName: x}}]",
                "volumes: [{name: v, csi: {driver: d, nodePublishSecretRef: {name: x}}}]",
                "volumes: [{name: v, flexVolume: {driver: d, secretRef: {name: x}}}]",
                "volumes: [{name: v, iscsi: {iqn: i, secretRef: {name: x}}}]",
                "volumes: [{name: v, rbd: {image: i, secretRef: {name: x}}}]",
                "volumes: [{name: v, cephfs: {path: p, secretRef: {name: x}}}]",
                "volumes: [{name: v, scaleIO: {system: s, secretRef: {name: x}}}]",
                "volumes: [{name: v, storageos: {volumeName: s, secretRef: {name: x}}}]",
                "containers: [{name: c, env: [{name: e, valueFrom: {secretKeyRef: {name: x, key: k}}}]}]",
                "containers: [{name: c, envFrom: [{secretRef: {name: x}}]}]",
                "initContainers: [{name: c, envFrom: [{secretRef: {name: x}}]}]",
                "ephemeralContainers: [{name: c, envFrom: [{secretRef: {name: x}}]}]",
                "imagePullSecrets: [{name: x}]",
            })
    void findsSecrets(String spec) {
        assertThat(PodReferences.of(spec(spec))).extracting(Object::toString).containsExactly("Secret x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "volumes: [{name: v, configMap: {name: x}}]",
                "volumes: [{name: v, projected: {sources: [{configMap: {name: x}}]}}]",
                "containers: [{name: c, env: [{name: e, valueFrom: {configMapKeyRef: {name: x, key: k}}}]}]",
                "initContainers: [{name: c, envFrom: [{configMapRef: {name: x}}]}]",
                "ephemeralContainers: [{name: c, envFrom: [{configMapRef: {name: x}}]}]",
            })
    void findsConfigMaps(String spec) {
        assertThat(PodReferences.of(spec(spec))).extracting(Object::toString).containsExactly("ConfigMap x");
    }

    @Test
    void leavesOutWhatCannotBeAName() {
        assertThat(PodReferences.of(spec("imagePullSecrets: [{}, {name: ''}, {name: '../pods'}, {name: a/b}]")))
                .isEmpty();
    }

    private static PodSpec spec(String spec) {
        return YAML.unmarshal("---\n" + spec, PodSpec.class);
    }
}
