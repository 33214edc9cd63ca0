// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerFolderTest {
    private static final String DEAD = "1 1970-01-01T00:00:00Z";

    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path root;

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    /** A process whose command line says {@code name}. */
    private Process process(String name) throws IOException {
        Process process = new ProcessBuilder("bash", "-c", "exec -a \"$0\" sleep 600", name).start();
        started.add(process);
        return process;
    }

    private Path folder(String name, String owner, Process process) throws IOException {
        Path folder = Files.createDirectory(root.resolve(name));
        Files.writeString(folder.resolve("owner"), owner);
        Files.writeString(folder.resolve("pids"), process.pid() + "\n");
        return folder;
    }

    @Test
    void endsWhatAKilledRunLeftBehindAndNothingElse() throws Exception {
        // Given
        Process left = process(root.resolve("dead") + "/etcd");
        Process reused = process("/somebody/elses/program");
        Process living = process(root.resolve("living") + "/etcd");
        Path dead = folder("dead", DEAD, left);
        Files.writeString(dead.resolve("pids"), left.pid() + "\n" + reused.pid() + "\n");
        Path alive = folder("living", ServerFolder.identity(ProcessHandle.current()), living);
        // The name is set by the shell, a moment after the start.
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(commandLine(left)).startsWith(dead.toString()));

        // When
        ServerFolder.sweep(root);

        // Then
        assertThat(left.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(dead).doesNotExist();
        assertThat(reused.isAlive())
                .as("its number is used by another program now")
                .isTrue();
        assertThat(living.isAlive()).as("its owner lives").isTrue();
        assertThat(alive).exists();
    }

    @Test
    void theLastRunLeavesNoFolder() throws IOException {
        Path shared = Files.createDirectory(root.resolve("shared"));
        Path others = Files.createDirectory(shared.resolve("others"));

        ServerFolder.removeIfEmpty(shared);
        assertThat(others).exists();

        Files.delete(others);
        ServerFolder.removeIfEmpty(shared);
        assertThat(shared).doesNotExist();
    }

    private static String commandLine(Process process) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    }
}
