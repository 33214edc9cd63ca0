// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every value is named in the chart's README and in the schema, and the schema allows no other. */
class DocumentedValuesTest {
    private final Map<?, ?> values = yaml("values.yaml");

    @Test
    void readmeNamesEveryValue() throws Exception {
        String readme = Files.readString(ChartFiles.CHART.resolve("README.md"));

        assertThat(leaves("", values)).allSatisfy(path -> assertThat(readme).contains("`" + path + "`"));
    }

    @Test
    void schemaKnowsEveryValueAndNoOther() {
        assertThat(schemaLeaves("", yaml("values.schema.json")))
                .containsExactlyInAnyOrderElementsOf(leaves("", values));
    }

    /** Paths of the values; what users fill freely (resources, labels, lists) is one value. */
    private static List<String> leaves(String path, Map<?, ?> values) {
        List<String> leaves = new ArrayList<>();
        values.forEach((key, value) -> {
            String child = path.isEmpty() ? String.valueOf(key) : path + "." + key;
            if (value instanceof Map<?, ?> nested && !nested.isEmpty() && !"resources".equals(key)) {
                leaves.addAll(leaves(child, nested));
            } else {
                leaves.add(child);
            }
        });
        return leaves;
    }

    private static List<String> schemaLeaves(String path, Map<?, ?> schema) {
        List<String> leaves = new ArrayList<>();
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            assertThat(schema.get("additionalProperties")).as(path).isEqualTo(false);
            properties.forEach((key, value) -> {
                if (!"global".equals(key)) {
                    leaves.addAll(
                            schemaLeaves(path.isEmpty() ? String.valueOf(key) : path + "." + key, (Map<?, ?>) value));
                }
            });
        } else {
            leaves.add(path);
        }
        return leaves;
    }

    private static Map<?, ?> yaml(String file) {
        try {
            return (Map<?, ?>) new Load(LoadSettings.builder().build())
                    .loadFromString(Files.readString(ChartFiles.CHART.resolve(file)));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
