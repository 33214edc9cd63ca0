// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PodConversionTest {
    private static final PodContext CONTEXT = FixtureTenant.demo().context();

    static List<String> fixtures() {
        return PodFixtures.names();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void convertsAsTheFixtureSays(String name) {
        Pod source = PodFixtures.tenantPod(name);

        Pod converted = PodConversion.convert(source, CONTEXT);

        if (PodFixtures.UPDATE) {
            PodFixtures.update(name, converted);
        }
        assertThat(PodFixtures.tree(converted)).as(name).isEqualTo(PodFixtures.expected(name));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void leavesTheCachedPodAsItWas(String name) {
        Pod source = PodFixtures.tenantPod(name);
        String before = PodFixtures.json(source);

        PodConversion.convert(source, CONTEXT);

        assertThat(PodFixtures.json(source)).as(name).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void convertsTheSamePodTheSameWayEachTime(String name) {
        Pod source = PodFixtures.tenantPod(name);

        Pod first = PodConversion.convert(source, CONTEXT);
        Pod second = PodConversion.convert(source, CONTEXT);

        assertThat(PodFixtures.json(second)).as(name).isEqualTo(PodFixtures.json(first));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void showsContainersNothingOfTheSuperCluster(String name) {
        Pod converted = PodConversion.convert(PodFixtures.tenantPod(name), CONTEXT);

        assertThat(ContainerView.leaks(converted, CONTEXT.tenantKey())).as(name).isEmpty();
    }
}
