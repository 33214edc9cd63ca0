// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.agent.kubelet.KubeletAddress;
import dev.virtualcluster.agent.tunnel.Limits;
import dev.virtualcluster.runtime.testing.RenderedChart;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AgentCommandTest {
    private static final String[] REQUIRED = {
        "--node-name=node-1", "--kubelet-address=10.0.0.1", "--kubelet-ca-file=/k.crt", "--client-ca-file=/c.crt"
    };

    private static AgentConfig parse(String... more) {
        AgentCommand command = new AgentCommand(InstantSource.system(), System::nanoTime);
        String[] args = new String[REQUIRED.length + more.length];
        System.arraycopy(REQUIRED, 0, args, 0, REQUIRED.length);
        System.arraycopy(more, 0, args, REQUIRED.length, more.length);
        new CommandLine(command).parseArgs(args);
        return command.config();
    }

    @Test
    void hasTheseDefaults() {
        assertThat(parse())
                .isEqualTo(new AgentConfig(
                        "node-1",
                        new KubeletAddress("10.0.0.1", 10250),
                        Path.of("/k.crt"),
                        Path.of("/c.crt"),
                        Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token"),
                        null,
                        new AgentConfig.Endpoint("0.0.0.0", 10550),
                        new AgentConfig.Endpoint("127.0.0.1", 10551),
                        Duration.ofDays(7),
                        Duration.ofSeconds(15),
                        Limits.DEFAULT));
    }

    @Test
    void readsEveryFlag() {
        AgentConfig config = parse(
                "--kubelet-port=1",
                "--token-file=/t",
                "--kubeconfig=/kc",
                "--listen-address=::",
                "--port=2",
                "--health-address=::1",
                "--health-port=3",
                "--certificate-lifetime=PT1H",
                "--drain-timeout=PT1S",
                "--head-bytes=4096",
                "--head-timeout=PT2S",
                "--kubelet-timeout=PT3S",
                "--idle-timeout=PT4S",
                "--streams-per-tenant=5",
                "--calls-per-second=6",
                "--upgrades-per-second=7",
                "--connections=8",
                "--newcomers-per-address=9");
        assertThat(config)
                .isEqualTo(new AgentConfig(
                        "node-1",
                        new KubeletAddress("10.0.0.1", 1),
                        Path.of("/k.crt"),
                        Path.of("/c.crt"),
                        Path.of("/t"),
                        Path.of("/kc"),
                        new AgentConfig.Endpoint("::", 2),
                        new AgentConfig.Endpoint("::1", 3),
                        Duration.ofHours(1),
                        Duration.ofSeconds(1),
                        new Limits(
                                4096,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                5,
                                6,
                                7,
                                8,
                                9)));
    }

    @Test
    void understandsWhatTheChartStartsItWith() {
        assertThat(RenderedChart.containers("vn-agent")).allSatisfy(container -> {
            new CommandLine(new AgentCommand(InstantSource.system(), System::nanoTime))
                    .parseArgs(container.getArgs().toArray(String[]::new));
            assertThat(RenderedChart.variable(container, "VC_LOG_LEVEL")).isPresent();
        });
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatThrownBy(() -> parse("--certificate-lifetime=PT1M")).hasMessageContaining("10 minutes");
        assertThatThrownBy(() -> parse("--kubelet-port=0")).hasMessageContaining("kubelet");
        assertThatThrownBy(() -> parse("--streams-per-tenant=0")).hasMessageContaining("limits");
        assertThatThrownBy(() -> parse("--secret-backdoor")).hasMessageContaining("Unknown option");
    }
}
