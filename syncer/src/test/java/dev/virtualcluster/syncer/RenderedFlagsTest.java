// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.testing.RenderedChart;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RenderedFlagsTest {
    @Test
    void understandsWhatTheChartStartsItWith() {
        assertThat(RenderedChart.containers("syncer")).allSatisfy(container -> {
            new CommandLine(new Main()).parseArgs(container.getArgs().toArray(String[]::new));
            assertThat(RenderedChart.variable(container, "VC_LOG_LEVEL")).isPresent();
        });
    }
}
