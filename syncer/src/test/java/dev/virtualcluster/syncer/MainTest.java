// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.syncer.config.SyncerConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {
    @Test
    void everyDefaultIsDeliberate() {
        Main main = new Main();

        new CommandLine(main).parseArgs();

        assertThat(main.config())
                .isEqualTo(
                        new SyncerConfig(16, 64, 16, Duration.ofMinutes(1), Duration.ofSeconds(30), 10550, 8080, true));
    }

    @ParameterizedTest
    @CsvSource({"--leader-elect, true", "--leader-elect=false, false", "--no-leader-elect, false"})
    void leaderElectionIsSwitchedOffByEitherSpelling(String flag, boolean isLeaderElected) {
        Main main = new Main();

        new CommandLine(main).parseArgs(flag);

        assertThat(main.config().isLeaderElected()).isEqualTo(isLeaderElected);
    }

    @Test
    void noTenantHasMoreThanAQuarterOfTheWorkers() {
        SyncerConfig config = SyncerConfig.forTests();

        assertThat(config.tenantBudget(64)).isEqualTo(config.tenantBudget()).isEqualTo(16);
        assertThat(config.tenantBudget(16)).isEqualTo(4);
        assertThat(config.tenantBudget(200)).isEqualTo(16);
        assertThat(config.tenantBudget(1)).isEqualTo(1);
    }

    @Test
    void everyFlagIsHeard() {
        Main main = new Main();

        new CommandLine(main)
                .parseArgs(
                        "--down-workers=1",
                        "--up-workers=2",
                        "--tenant-budget=3",
                        "--patrol-interval=PT5S",
                        "--refusal-retry=PT6S",
                        "--agent-port=7",
                        "--health-port=8",
                        "--leader-elect=false");

        assertThat(main.config())
                .isEqualTo(new SyncerConfig(1, 2, 3, Duration.ofSeconds(5), Duration.ofSeconds(6), 7, 8, false));
    }
}
