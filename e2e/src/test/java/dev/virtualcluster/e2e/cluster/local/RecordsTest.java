// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written down survives, and what a killed run wrote half is as good as absent. */
class RecordsTest {
    @TempDir
    private Path folder;

    private StateFolder state = StateFolder.STANDARD;

    @BeforeEach
    void ownFolder() {
        state = new StateFolder(folder.resolve("state"));
    }

    @Test
    void theOwnerIsReadAsWritten() {
        Owner owner = new Owner(Path.of("/src/a checkout"), Instant.parse("2026-11-01T10:00:00Z"), "boot", 3);

        owner.write(state);

        assertThat(Owner.read(state)).hasValue(owner);
        assertThat(owner.isOfThisBoot()).isFalse();
        assertThat(new Owner(folder, Instant.EPOCH, Owner.currentBoot(), 1).isOfThisBoot())
                .isTrue();
    }

    @Test
    void aFolderWithoutOwnerHasNone() throws IOException {
        Files.createDirectories(state.root());

        assertThat(Owner.read(state)).isEmpty();
    }

    @Test
    void aProcessIsReadAsWritten() {
        ProcessRecord record = new ProcessRecord("node1/kubelet", 42, 4711, "abc", "/cache/with blank/kubelet");

        record.write(state);

        assertThat(ProcessRecord.read(state, "node1/kubelet")).hasValue(record);
        assertThat(ProcessRecord.read(state, "node2/kubelet")).isEmpty();
    }

    @Test
    void aHalfWrittenRecordCountsAsAbsent() throws IOException {
        Files.createDirectories(state.processes());
        for (String content : new String[] {"", "42", "42 ", "42 4711", "42 x y z", "42 4711 abc", "\0\0\0"}) {
            Files.writeString(ProcessRecord.file(state, "etcd"), content);
            assertThat(ProcessRecord.read(state, "etcd"))
                    .as("'" + content + "'")
                    .isEmpty();
        }
    }

    @Test
    void aProcessIdThatWasUsedAgainIsNotTheSameProcess() {
        long pid = ProcessHandle.current().pid();
        long ticks = ProcessTable.startTicks(pid).orElseThrow();

        assertThat(new ProcessRecord("x", pid, ticks, "-", "java").isAlive()).isTrue();
        assertThat(new ProcessRecord("x", pid, ticks - 1, "-", "java").isAlive())
                .isFalse();
        assertThat(new ProcessRecord("x", 0x3fffff, ticks, "-", "java").isAlive())
                .isFalse();
    }

    @Test
    void processesAreFoundByTheirMarkAndNotByTheirName() throws Exception {
        Process ours = sleep(Map.of(ProcessTable.MARK, state.root().toString(), Component.MARK, "node1/kubelet"));
        Process other = sleep(Map.of(ProcessTable.MARK, state.root() + "-of-somebody-else"));
        try {
            assertThat(ProcessTable.of(state)).contains(ours.pid()).doesNotContain(other.pid());
            assertThat(ProcessTable.belongsTo(ours.pid(), "node1/kubelet")).isTrue();
            assertThat(ProcessTable.belongsTo(ours.pid(), "node2/kubelet")).isFalse();
            assertThat(ProcessTable.commandOf(ours.pid())).startsWith("/bin/sleep\0");
        } finally {
            ours.destroyForcibly().waitFor();
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void theEndOfALogIsReadWithoutItsBeginning() throws IOException {
        Path log = folder.resolve("log");
        Files.writeString(log, "x".repeat(1_000_000) + "\nlast but one\nlast\n");

        assertThat(LogTail.of(log, 2)).isEqualTo("last but one\nlast");
        assertThat(LogTail.of(folder.resolve("none"), 2)).contains("no log");
    }

    @Test
    void theMountTableIsRead() {
        assertThat(Mounts.parse("overlay /var/lib/with\\040blank\\134 overlay rw 0 0"))
                .isEqualTo(new Mounts.Mount("overlay", Path.of("/var/lib/with blank\\"), "overlay"));
    }

    private static Process sleep(Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sleep", "60");
        builder.environment().putAll(environment);
        return builder.start();
    }
}
