// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The CRDs that the chart installs are the ones that the classes generate. {@code -Dcrds.update=true} writes them. */
class CrdTest {
    private static final Path GENERATED = Path.of(System.getProperty("generatedCrds"));
    private static final Path CHART = Path.of(System.getProperty("chartCrds"));

    @ParameterizedTest
    @ValueSource(strings = {"virtualclusters", "clusterversions"})
    void chartHoldsWhatTheClassesGenerate(String plural) throws Exception {
        String expected = FinishedCrd.text(GENERATED, plural);
        Path file = CHART.resolve(plural + ".yaml");
        if (Boolean.getBoolean("crds.update")) {
            Files.writeString(file, expected);
        }

        assertThat(file).as("run `make crds` and commit the result").hasContent(expected);
    }

    /** {@code kubectl explain} shows descriptions, but no defaults. */
    @Test
    void everyFieldOfATenantsSpecificationSaysItsDefault() throws Exception {
        String crd = FinishedCrd.text(GENERATED, "virtualclusters");
        String specification = crd.substring(crd.indexOf("            spec:\n"), crd.indexOf("            status:\n"));

        var fields = Pattern.compile("(?m)^ {16}(\\w+):\n(?: {18}.*\n)*? {18}description: (.*)$")
                .matcher(specification)
                .results()
                .toList();

        assertThat(fields)
                .hasSize(8)
                .allSatisfy(
                        field -> assertThat(field.group(2)).as(field.group(1)).contains("Default: "));
    }
}
