// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One program that runs for a server; its output goes to a file of the server's folder. */
final class ServerProcess {
    private static final int TAIL = 30;

    private final String name;
    private final Path log;
    private final Process process;

    private ServerProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    static ServerProcess start(ServerFolder folder, Path binary, List<String> flags) {
        String name = binary.getFileName().toString();
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(flags);
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.path().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            folder.record(process);
            return new ServerProcess(name, log, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + binary, e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Waits until {@code ready} says so; fails with the end of the log when the process dies or time is up. */
    void await(String what, Duration patience, Ready ready) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!ready.now()) {
            try {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new EndedException(name + " ended before " + what + ":\n" + logTail());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + name, e);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(name + ": no " + what + " within " + patience + ":\n" + logTail());
            }
        }
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + name + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send a signal", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending a signal", e);
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    /** The program did not wait to be asked. */
    static final class EndedException extends IllegalStateException {
        EndedException(String message) {
            super(message);
        }
    }

    @FunctionalInterface
    interface Ready {
        boolean now();
    }
}
