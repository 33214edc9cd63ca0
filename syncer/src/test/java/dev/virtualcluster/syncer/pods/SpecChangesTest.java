// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class SpecChangesTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private static SpecChanges between(String wanted, String actual) {
        return SpecChanges.between(pod(wanted), SuperPods.trimmed(pod(actual)));
    }

    private static Pod pod(String spec) {
        return YAML.unmarshal("spec: {" + spec + "}", Pod.class);
    }

    @Test
    void findsNothingInEqualPods() {
        String spec = "containers: [{name: app, image: a, resources: {limits: {cpu: '1'}}}], tolerations: [{key: k}]";

        assertThat(between(spec, spec).isPresent()).isFalse();
    }

    @Test
    void leavesContainersAndImagesOfOthersAlone() {
        SpecChanges changes = between(
                "containers: [{name: app, image: a}]",
                "containers: [{name: mesh, image: m}, {name: app, image: a}], initContainers: [{name: i, image: i}]");

        assertThat(changes.isPresent()).isFalse();
    }

    @Test
    void findsNewImages() {
        SpecChanges changes = between(
                "containers: [{name: app, image: b}, {name: side, image: s}], initContainers: [{name: i, image: new}]",
                "containers: [{name: app, image: a}, {name: side, image: s}], initContainers: [{name: i, image: old}]");

        assertThat(changes.images()).containsOnly(entry("app", "b"));
        assertThat(changes.initImages()).containsOnly(entry("i", "new"));
    }

    @Test
    void addsTolerationsToThoseThatTheSuperClusterAdded() {
        SpecChanges changes =
                between("containers: [], tolerations: [{key: new}]", "containers: [], tolerations: [{key: added}]");

        assertThat(changes.tolerations()).extracting("key").containsExactly("added", "new");
    }

    @Test
    void findsANewDeadline() {
        assertThat(between("containers: [], activeDeadlineSeconds: 5", "containers: []")
                        .activeDeadlineSeconds())
                .isEqualTo(5);
    }

    @Test
    void resizesWhatTheTenantAsksFor() {
        SpecChanges changes = between(
                "containers: [{name: app, resources: {requests: {cpu: 200m}}}]",
                "containers: [{name: app, resources: {requests: {cpu: 100m, memory: 1Gi}}}]");

        assertThat(changes.hasResize()).isTrue();
        assertThat(changes.resources()).containsOnlyKeys("app");
    }

    @Test
    void takesDefaultsOfTheSuperClusterAndOtherSpellingsForTheSame() {
        SpecChanges changes = between(
                "containers: [{name: app, resources: {requests: {cpu: '1'}}}]",
                "containers: [{name: app, resources: {requests: {cpu: 1000m, memory: 1Gi}, limits: {cpu: '2'}}}]");

        assertThat(changes.isPresent()).isFalse();
    }

    @Test
    void addsEphemeralContainersOnce() {
        SpecChanges changes = between(
                "containers: [], ephemeralContainers: [{name: one, image: x}, {name: two, image: x}]",
                "containers: [], ephemeralContainers: [{name: one, image: x}]");

        assertThat(changes.ephemeralContainers()).extracting("name").containsExactly("two");
    }
}
