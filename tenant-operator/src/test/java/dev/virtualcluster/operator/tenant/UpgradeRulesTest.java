// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.ClusterVersionSpec;
import dev.virtualcluster.operator.controlplane.ControlPlaneTemplates;
import dev.virtualcluster.operator.status.Outcome;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpgradeRulesTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @ParameterizedTest
    @CsvSource({
        "v1.36.3,     v1.36.3, ''",
        "v1.36.3+k3s1, v1.36.4, ''",
        "v1.36.3,     v1.37.0, ''",
        "v1.36.3,     v1.36,   ''",
        "unreadable,  v1.20.0, ''",
        "v1.36.3,     ,        VersionUnknown",
        "v1.36.3,     v1.38.0, VersionSkipped",
        "v1.36.3,     v1.36.2, DowngradeRefused",
        "v1.36.3,     v1.35.9, DowngradeRefused",
    })
    void letsAnApiServerGoOneMinorVersionForward(String running, @Nullable String asked, String reason) {
        var outcome = UpgradeRules.whyNot(
                set("apiserver:now", 1), running, Optional.empty(), templates("apiserver:next", asked, 1));

        assertThat(outcome.map(Outcome::reason).orElse("")).isEqualTo(reason);
    }

    @Test
    void takesAnImageThatStaysForNoUpgrade() {
        assertThat(UpgradeRules.whyNot(
                        set("apiserver:now", 1),
                        "v1.36.3",
                        Optional.of("v1.37.0"),
                        templates("apiserver:now", "v1.30.0", 1)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "v1.36.3, DowngradeRefused",
        "v1.36.9, DowngradeRefused",
        "v1.37.0, DowngradeRefused",
        "v1.37.1, ''",
        "v1.37.2, ''",
        "v1.38.0, VersionSkipped",
    })
    void doesNotGoBackFromAnUpgradeThatIsStillRollingOut(String asked, String reason) {
        var outcome = UpgradeRules.whyNot(
                set("apiserver:next", 1), "v1.36.3", Optional.of("v1.37.1"), templates("apiserver:other", asked, 1));

        assertThat(outcome.map(Outcome::reason).orElse("")).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, ''", "3, 3, ''", "1, 3, etcd has 1 member and", "3, 1, etcd has 3 members and"})
    void keepsTheNumberOfMembers(int members, int asked, String words) {
        var outcome = UpgradeRules.whyNot(set("etcd:1", members), templates("apiserver:now", "v1.36.3", asked));

        assertThat(outcome.map(Outcome::message).orElse("")).startsWith(words);
        assertThat(outcome.isEmpty()).isEqualTo(words.isEmpty());
    }

    /** Its replicas are what somebody edited; the member list is what counts. */
    private static StatefulSet set(String image, int members) {
        String list = String.join(",", java.util.Collections.nCopies(members, "etcd=https://etcd:2380"));
        return YAML.unmarshal("""
                kind: StatefulSet
                apiVersion: apps/v1
                spec:
                  replicas: 7
                  template: {spec: {containers: [{name: main, image: "%s", args: ["--initial-cluster=%s"]}]}}
                """.formatted(image, list), StatefulSet.class);
    }

    private static ControlPlaneTemplates templates(String image, @Nullable String version, int members) {
        return ControlPlaneTemplates.of(
                YAML.unmarshal("""
                kubernetesVersion: %s
                etcd:
                  metadata: {name: etcd}
                  statefulset:
                    spec: {replicas: %d, template: {spec: {containers: [{name: etcd, image: "etcd:1"}]}}}
                apiServer:
                  metadata: {name: apiserver}
                  statefulset:
                    spec: {template: {spec: {containers: [{name: main, image: "%s"}]}}}
                """.formatted(version, members, image), ClusterVersionSpec.class));
    }
}
