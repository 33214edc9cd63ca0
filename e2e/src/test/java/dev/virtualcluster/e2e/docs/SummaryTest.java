// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The count at the end of {@code make verify} is a pass only when every required suite has run. */
class SummaryTest {
    private static final Path CHECKOUT = ClusterSettings.checkoutOf(Path.of(""));

    @TempDir
    private Path checkout;

    private record Said(int code, String text) {}

    @BeforeEach
    void aCheckoutWhoseSuitesRan() throws IOException {
        Path script = checkout.resolve("e2e/bin/test-summary");
        Files.createDirectories(script.getParent());
        Files.copy(CHECKOUT.resolve("e2e/bin/test-summary"), script);
        report("LogsE2E", 2, 0, 0);
        report("LocalClusterMachineIT", 3, 0, 1);
    }

    @Test
    void countsWhatRan() throws Exception {
        assertThat(summary("LogsE2E", "LocalClusterMachineIT").text()).contains("4 passed, 0 failed, 1 skipped");
        assertThat(summary("LogsE2E", "LocalClusterMachineIT").code()).isZero();
    }

    @Test
    void aFailureIsNoPass() throws Exception {
        report("LogsE2E", 2, 1, 0);

        assertThat(summary("LogsE2E").text()).contains("3 passed, 1 failed, 1 skipped");
        assertThat(summary("LogsE2E").code()).isEqualTo(1);
    }

    @Test
    void aRequiredSuiteThatIsMissingIsNoPass() throws Exception {
        Said said = summary("LogsE2E", "KilledRunsMachineIT");

        assertThat(said.text()).contains("KilledRunsMachineIT did not run");
        assertThat(said.code()).isEqualTo(1);
    }

    @Test
    void aRequiredSuiteThatWasSkippedIsNoPass() throws Exception {
        report("LocalClusterMachineIT", 3, 0, 3);

        Said said = summary("LocalClusterMachineIT");

        assertThat(said.text()).contains("LocalClusterMachineIT did not run");
        assertThat(said.code()).isEqualTo(1);
    }

    @Test
    void theTestsOfTheLocalClusterAreRequired() throws IOException {
        assertThat(Files.readString(CHECKOUT.resolve("e2e/required-suites"))
                        .strip()
                        .split(" ", -1))
                .contains("LocalClusterMachineIT", "KilledRunsMachineIT", "TwoTenantsE2E");
    }

    private Said summary(String... required) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("/bin/bash", checkout.resolve("e2e/bin/test-summary").toString()));
        command.addAll(List.of(required));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    private void report(String suite, int tests, int failures, int skipped) throws IOException {
        Path folder = Files.createDirectories(checkout.resolve("e2e/target/failsafe-reports"));
        StringBuilder text =
                new StringBuilder("<testsuite name=\"p.%s\" tests=\"%d\" errors=\"0\" skipped=\"%d\" failures=\"%d\">%n"
                        .formatted(suite, tests, skipped, failures));
        for (int i = 0; i < tests; i++) {
            text.append("  <testcase name=\"").append(i).append("\">\n");
            text.append(i < skipped ? "    <skipped/>\n" : "").append("  </testcase>\n");
        }
        Files.writeString(folder.resolve("TEST-p." + suite + ".xml"), text.append("</testsuite>\n"));
    }
}
