// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.e2e.cluster.ClusterException;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private static final String ABSENT = "no-such-program-of-ours";

    @Test
    void takesAProgramThatIsNotInstalledForOneThatFailed() {
        Commands.Finished finished = Commands.tryRun(ABSENT, "list");

        assertThat(finished.succeeded()).isFalse();
        assertThat(finished.output()).contains(ABSENT);
    }

    @Test
    void saysWhichProgramIsNotThere() {
        assertThatThrownBy(() -> Commands.run(ABSENT, "list"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("'" + ABSENT + " list' failed with code 127");
    }

    @Test
    void keepsWhatBothOutputsSaid() {
        Commands.Finished finished = Commands.tryRun("sh", "-c", "echo out; echo err >&2; exit 3");

        assertThat(finished.code()).isEqualTo(3);
        assertThat(finished.output()).contains("out", "err");
    }
}
