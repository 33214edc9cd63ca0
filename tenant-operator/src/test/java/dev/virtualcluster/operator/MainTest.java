// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.runtime.process.ProcessMain;
import dev.virtualcluster.runtime.testing.RenderedChart;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    /** Nobody changes a default by accident. */
    @Test
    void hasTheseFlagsAndDefaults() {
        var options = new CommandLine(new Main())
                .getCommandSpec().options().stream()
                        .collect(Collectors.toMap(
                                option -> option.longestName(), option -> String.valueOf(option.defaultValue())));

        assertThat(options)
                .containsOnly(
                        java.util.Map.entry("--kubeconfig", "null"),
                        java.util.Map.entry("--namespace", "null"),
                        java.util.Map.entry("--service-cidr-pool", "10.97.0.0/16"),
                        java.util.Map.entry("--service-slice-prefix", "24"),
                        java.util.Map.entry("--super-cluster-domain", "cluster.local"),
                        java.util.Map.entry("--workers", "10"),
                        java.util.Map.entry("--health-port", "8080"),
                        java.util.Map.entry("--leader-elect", "true"));
    }

    @Test
    void refusesUnknownFlags() {
        assertThat(ProcessMain.run("tenant-operator", new Main(), "--no-such-flag"))
                .isEqualTo(ProcessMain.USAGE);
    }

    @Test
    void understandsWhatTheChartStartsItWith() {
        assertThat(RenderedChart.containers("tenant-operator")).allSatisfy(container -> {
            new CommandLine(new Main()).parseArgs(container.getArgs().toArray(String[]::new));
            assertThat(RenderedChart.variable(container, "VC_LOG_LEVEL")).isPresent();
        });
    }

    @Test
    void leadsUnlessToldOtherwise() {
        var plain = new Main();
        new CommandLine(plain).parseArgs();
        assertThat(plain.config(null, null).isLeaderElected()).isTrue();
        assertThat(plain.config("own", "pod-1").namespace()).isEqualTo("own");

        var alone = new Main();
        new CommandLine(alone).parseArgs("--no-leader-elect", "--workers=3", "--service-slice-prefix=26");
        assertThat(alone.config(null, null).isLeaderElected()).isFalse();
        assertThat(alone.config(null, null).workers()).isEqualTo(3);
        assertThat(alone.config(null, null).pool().slicePrefix()).isEqualTo(26);
    }

    @Test
    void takesItsNamespaceFromTheFlagThenThePodThenTheDefault() {
        var plain = new Main();
        new CommandLine(plain).parseArgs();
        var told = new Main();
        new CommandLine(told).parseArgs("--namespace=elsewhere");

        assertThat(told.config("own", null).namespace()).isEqualTo("elsewhere");
        assertThat(plain.config("own", null).namespace()).isEqualTo("own");
        assertThat(plain.config("", null).namespace()).isEqualTo("vc-system");
        assertThat(plain.config(null, null).namespace()).isEqualTo("vc-system");
    }

    @Test
    void refusesAPoolThatCannotBeCut() {
        var main = new Main();
        new CommandLine(main).parseArgs("--service-cidr-pool=10.97.0.0/16", "--service-slice-prefix=12");

        assertThatThrownBy(() -> main.config(null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/12");
    }
}
