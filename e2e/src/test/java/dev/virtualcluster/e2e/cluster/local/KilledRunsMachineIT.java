// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is killed whenever, the next start works and the next end leaves nothing. */
@Sandbox
class KilledRunsMachineIT {
    private static final ClusterSettings SETTINGS =
            new ClusterSettings(Provider.LOCAL, ClusterSettings.checkoutOf(Path.of("")), OptionalInt.of(1), false);
    private static final StateFolder STATE = StateFolder.STANDARD;
    private static final Progress PROGRESS = Progress.toTerminal();

    private final LocalProvider local = new LocalProvider();
    private MachineInventory before = MachineInventory.take();

    @BeforeEach
    void rememberTheMachine() {
        before = MachineInventory.take();
    }

    @AfterEach
    void takeDown() {
        local.down(SETTINGS.withForce(), PROGRESS);
    }

    @ParameterizedTest
    @ValueSource(ints = {600, 1200, 2000, 3500, 6000, 9000})
    void aStartThatIsKilledWithAllItsProcessesIsCleanedUp(int millis) throws Exception {
        killStartAfter(millis);
        killAll();

        local.down(SETTINGS, PROGRESS);

        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 2500, 7000})
    void aStartThatIsKilledIsTakenUpByTheNext(int millis) throws Exception {
        killStartAfter(millis);

        local.up(SETTINGS, PROGRESS);

        assertThat(local.status(SETTINGS)).contains("node1                Ready");
        local.down(SETTINGS, PROGRESS);
        assertNothingIsLeft();
    }

    @Test
    void aRunningClusterThatIsKilledWholeStartsAnew() throws Exception {
        local.up(SETTINGS, PROGRESS);
        killAll();

        ClusterCli.Ended second = ClusterCli.run(Map.of("NODES", "1"), "up");

        assertThat(second.output()).contains("cleaning up what an earlier local cluster left", "the cluster is up");
        assertThat(second.code()).isZero();
    }

    @Test
    void anEndThatIsKilledIsFinishedByTheNext() throws Exception {
        local.up(SETTINGS, PROGRESS);
        Path output = Files.createTempFile(Path.of("/run"), "cli", ".log");
        Process down = ClusterCli.start(Map.of(), output, "down");
        kill(down, 900);
        Files.delete(output);

        local.down(SETTINGS, PROGRESS);

        assertNothingIsLeft();
    }

    @Test
    void afterARestartOfTheMachineNothingOldIsUsed() throws Exception {
        // What a restart leaves: files of a boot that is over, and no process.
        Files.createDirectories(STATE.etcd());
        Files.createDirectories(STATE.pki());
        new Owner(SETTINGS.checkout(), Instant.EPOCH, "an earlier boot", 1).write(STATE);
        new ProcessRecord("etcd", ProcessHandle.current().pid(), 1, "-", "etcd").write(STATE);

        assertThat(ClusterCli.run(Map.of("NODES", "1"), "up").code()).isZero();

        assertThat(local.status(SETTINGS)).contains("API server           ready");
    }

    @Test
    void theClusterOfACheckoutThatDiedIsReplaced() throws Exception {
        new Owner(Path.of("/src/elsewhere"), Instant.EPOCH, Owner.currentBoot(), 1).write(STATE);

        ClusterCli.Ended up = ClusterCli.run(Map.of("NODES", "1"), "up");

        assertThat(up.output()).contains("cleaning up");
        assertThat(up.code()).isZero();
    }

    @Test
    void somebodyElsesBridgeIsSaidAndLeftAlone() throws Exception {
        Commands.run("ip", "link", "add", Addresses.BRIDGE, "type", "bridge");
        Commands.run("ip", "addr", "add", "192.168.77.1/24", "dev", Addresses.BRIDGE);
        Commands.run("ip", "link", "set", Addresses.BRIDGE, "up");
        Commands.run("ip", "link", "set", Addresses.BRIDGE, "alias", "of another tool");
        try {
            ClusterCli.Ended up = ClusterCli.run(Map.of(), "up");

            assertThat(up.code()).isEqualTo(1);
            assertThat(up.output()).contains("vcnode0 exists and was not made by this tool");
            assertThat(HostNetwork.exists(Addresses.BRIDGE)).isTrue();
            assertThat(STATE.owner()).doesNotExist();
        } finally {
            Commands.run("ip", "link", "del", Addresses.BRIDGE);
        }
    }

    /** A small program that a killed command had just started is nobody's child and ends by itself, a moment later. */
    private void assertNothingIsLeft() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(MachineInventory.take()).isEqualTo(before));
    }

    private static void killStartAfter(int millis) throws IOException, InterruptedException {
        Path output = Files.createTempFile(Path.of("/run"), "cli", ".log");
        kill(ClusterCli.start(Map.of("NODES", "1"), output, "up"), millis);
        PROGRESS.say("killed after " + millis + " ms; it had said:\n" + ClusterCli.read(output));
        Files.delete(output);
    }

    private static void kill(Process command, int millis) throws InterruptedException {
        boolean ended = command.waitFor(millis, TimeUnit.MILLISECONDS);
        command.descendants().forEach(ProcessHandle::destroyForcibly);
        command.destroyForcibly();
        if (!ended) {
            command.waitFor();
        }
    }

    private static void killAll() {
        Waiting.until(
                Duration.ofSeconds(20),
                () -> {
                    ProcessTable.of(STATE).forEach(ProcessTable::kill);
                    return ProcessTable.of(STATE).isEmpty();
                },
                () -> "processes do not end");
    }
}
