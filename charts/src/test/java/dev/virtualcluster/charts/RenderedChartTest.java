// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart renders, without a cluster. {@code -Dgolden.update=true} writes the golden files. */
class RenderedChartTest {
    private static final Path CHART = Path.of(System.getProperty("chart"));
    private static final Path VALUES =
            CHART.resolve("../src/test/resources/values").normalize();

    private static TemplateCommand template() {
        return new Helm(CHART).template().withKubeVersion("v1.36.3");
    }

    @Test
    void lintFindsNothing() {
        var result = new Helm(CHART).lint().strict().call();

        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "high-availability", "mirrored", "bare"})
    void rendersAsReviewed(String values) throws Exception {
        String rendered = template()
                .withName("virtualcluster")
                .withNamespace("vc-system")
                .withValuesFile(VALUES.resolve(values + ".yaml"))
                .call();

        Path golden = VALUES.resolve(values + ".golden.yaml");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, rendered);
        }
        assertThat(golden)
                .as("after a wanted change: make chart-golden, and review the diff")
                .hasContent(rendered);
    }

    /** A here-document ends at a word in the first column only; with spaces before it the shell waits for ever. */
    @Test
    void notesCanBePastedIntoAShell() throws Exception {
        assertThat(Files.readAllLines(CHART.resolve("templates/NOTES.txt")))
                .contains("EOF")
                .noneMatch(line -> line.matches("\\s+EOF"));
    }

    @Test
    void runsAgentsOnLinuxOnly() {
        String rendered = template()
                .withNamespace("vc-system")
                .set("agent.nodeSelector.tenants", "here")
                .call();

        assertThat(rendered).contains("nodeSelector:\n        kubernetes.io/os: linux\n        tenants: here\n");
    }

    @Test
    void grantsNothingByWildcard() {
        String rendered = template().withNamespace("vc-system").call();

        assertThat(Pattern.compile("(?m)^---$").splitAsStream(rendered))
                .filteredOn(object -> object.contains("\nkind: ClusterRole\n") || object.contains("\nkind: Role\n"))
                .hasSize(5)
                .noneMatch(role -> role.contains("*"))
                .noneMatch(role -> role.contains("escalate") || role.contains("impersonate") || role.contains("bind"));
        assertThat(rendered).doesNotContain("cluster-admin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "operator.replica=2 | additional properties 'replica' not allowed",
                "operator.replicas=0 | minimum: got 0, want 1",
                "operator.serviceCidrPool=10.97.0.0 | does not match pattern",
                "operator.serviceSlicePrefix=16 | minimum: got 16, want 20",
                "operator.serviceSlicePrefix=29 | must be between /20 and /28",
                "controlPlane.coreDNS.forward[0]=none | does not match pattern",
                "controlPlane.etcd.replicas=2 | value must be one of",
                "controlPlane.apiServer.service.type=ExternalName | value must be one of",
                "images.registry=ghcr.io/virtualcluster/ | does not match pattern",
                "log.format=xml | value must be one of",
                "log.level=loud | value must be one of",
                "controlPlane.kubernetesVersion=1.36 | does not match pattern",
                "controlPlane.etcd.goMemLimit=512Mi | does not match pattern",
            })
    void schemaSaysWhatIsWrong(String assignment, String text) {
        String[] parts = assignment.split("=", 2);

        assertThatThrownBy(() -> template().set(parts[0], parts[1]).call())
                .hasMessageContaining(parts[0].substring(0, parts[0].indexOf('.')))
                .hasMessageContaining(text);
    }
}
