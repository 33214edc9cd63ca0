// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchRuntimeException;

import dev.virtualcluster.apis.ClusterVersionSpec;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnreadableFieldTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{containers: [{args: x}]}             | .containers[0].args: must be a list",
                "{containers: x}                       | .containers: must be a list",
                "{hostNetwork: [1]}                    | .hostNetwork: must be true or false",
                "{terminationGracePeriodSeconds: long} | .terminationGracePeriodSeconds: must be a number",
                "{securityContext: x}                  | .securityContext: must be an object with fields",
                "{nodeName: {a: b}}                    | .nodeName: must be a string",
            })
    void saysWhereAndWhatInTheWordsOfYaml(String pod, String expected) {
        var serialization = ClientPlatform.forFiles();
        var spec = Map.of(
                "apiServer",
                Map.of(
                        "statefulset",
                        Map.of(
                                "spec",
                                Map.of(
                                        "template",
                                        Map.of("spec", serialization.unmarshal("---\n" + pod, Map.class))))));

        var failure = catchRuntimeException(() -> serialization.convertValue(spec, ClusterVersionSpec.class));

        assertThat(UnreadableField.describe(Objects.requireNonNull(failure)))
                .isEqualTo("spec.apiServer.statefulset.spec.template.spec" + expected);
    }
}
