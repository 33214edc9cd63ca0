// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What is written down about a started process: enough to tell, in another run, whether it still is the one that is
 * wanted. {@code fingerprint} stands for its program, arguments and configuration;
 * {@code program} is the program's path, also where the recorded process is its keeper.
 */
record ProcessRecord(String component, long pid, long startTicks, String fingerprint, String program) {
    /** The program's process: the recorded one, or the child that it keeps; empty while neither runs. */
    OptionalLong programPid() {
        if (!isAlive()) {
            return OptionalLong.empty();
        }
        return Stream.concat(
                        Stream.of(pid),
                        ProcessHandle.of(pid).stream()
                                .flatMap(ProcessHandle::children)
                                .map(ProcessHandle::pid))
                .filter(candidate -> ProcessTable.commandOf(candidate).startsWith(program + "\0"))
                .mapToLong(Long::longValue)
                .findFirst();
    }

    boolean isAlive() {
        return ProcessTable.isAlive(pid, startTicks);
    }

    static Path file(StateFolder state, String component) {
        return state.processes().resolve(component.replace('/', '-'));
    }

    static Optional<ProcessRecord> read(StateFolder state, String component) {
        try {
            String[] fields = Files.readString(file(state, component)).strip().split(" ", 4);
            return fields.length == 4
                    ? Optional.of(new ProcessRecord(
                            component, Long.parseLong(fields[0]), Long.parseLong(fields[1]), fields[2], fields[3]))
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            // Absent or half written by a killed run: the process, if there is one, is found by its marks.
            return Optional.empty();
        }
    }

    void write(StateFolder state) {
        Path file = file(state, component);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(fresh, pid + " " + startTicks + " " + fingerprint + " " + program + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("recording process " + component, e);
        }
    }
}
