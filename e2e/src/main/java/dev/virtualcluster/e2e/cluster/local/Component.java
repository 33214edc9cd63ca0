// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * One long-running program of the cluster: what is started where, from which configuration. Starting is idempotent: a
 * process that runs with the same program, arguments and configuration is left alone, any other is replaced.
 *
 * @param kept whether a keeper starts the program again when it ends; then the keeper is the recorded process
 */
record Component(
        String name,
        Machine machine,
        StateFolder state,
        List<String> command,
        Map<String, String> environment,
        List<Path> configs,
        boolean kept) {
    static final String MARK = "VIRTUALCLUSTER_LOCAL_COMPONENT";

    Component {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        configs = List.copyOf(configs);
    }

    /** A program that is started again whenever it ends. */
    static Component kept(
            String name,
            Machine machine,
            StateFolder state,
            List<String> command,
            Map<String, String> environment,
            List<Path> configs) {
        return new Component(name, machine, state, command, environment, configs, true);
    }

    private String program() {
        return command.getFirst();
    }

    boolean isRunning() {
        return ProcessRecord.read(state, name).filter(ProcessRecord::isAlive).isPresent();
    }

    OptionalLong pid() {
        return ProcessRecord.read(state, name).filter(ProcessRecord::isAlive).stream()
                .mapToLong(ProcessRecord::pid)
                .findFirst();
    }

    /** Whether the process that runs is the one that would be started now. */
    boolean isCurrent() {
        String wanted = fingerprint();
        return ProcessRecord.read(state, name)
                .filter(ProcessRecord::isAlive)
                .filter(record -> record.fingerprint().equals(wanted))
                .isPresent();
    }

    /** Says whether a process had to be started. */
    boolean ensureRunning() {
        if (isCurrent()) {
            return false;
        }
        stop();
        Map<String, String> marked = new HashMap<>(environment);
        marked.put(MARK, name);
        long pid = machine.run(name, kept ? Keeper.of(state, command) : command, marked);
        long ticks = ProcessTable.startTicks(pid).orElseThrow(this::endedAtOnce);
        new ProcessRecord(name, pid, ticks, fingerprint(), program()).write(state);
        return true;
    }

    /** Ends the process hard, also one whose record a killed run did not come to write. */
    void stop() {
        // The keeper first: it would start the program again.
        kill(pid -> Keeper.keeps(state, pid, program()));
        kill(pid -> ProcessTable.commandOf(pid).startsWith(program() + "\0"));
    }

    private void kill(LongPredicate which) {
        for (long pid : ProcessTable.of(state)) {
            if (ProcessTable.belongsTo(pid, name) && which.test(pid)) {
                ProcessTable.kill(pid);
                Waiting.until(
                        Duration.ofSeconds(20),
                        () -> ProcessTable.startTicks(pid).isEmpty(),
                        () -> name + " (process " + pid + ") does not end although it was killed.");
            }
        }
    }

    /** Asks the process to end and waits; what does not end in time is ended hard. */
    void end() {
        pid().ifPresent(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy));
        if (!Waiting.within(Duration.ofSeconds(10), () -> !isRunning())) {
            stop();
        }
    }

    ClusterException endedAtOnce() {
        return new ClusterException(name + " ended; the last lines of its log:\n" + LogTail.of(state.log(name), 8));
    }

    private String fingerprint() {
        try {
            MessageDigest digest = Digests.sha256();
            command.forEach(part -> digest.update((part + "\0").getBytes(StandardCharsets.UTF_8)));
            new TreeMap<>(environment)
                    .forEach(
                            (key, value) -> digest.update((key + "=" + value + "\0").getBytes(StandardCharsets.UTF_8)));
            for (Path config : configs) {
                digest.update(Files.readAllBytes(config));
            }
            // A machine that was booted again lost its processes whatever their records say.
            digest.update(Long.toString(machine.init()).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (IOException e) {
            throw new UncheckedIOException("reading configuration of " + name, e);
        }
    }
}
