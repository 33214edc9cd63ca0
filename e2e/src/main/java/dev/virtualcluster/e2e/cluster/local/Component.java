// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One long-running program of the cluster: what is started where, from which configuration. Starting is idempotent: a
 * process that runs with the same program, arguments and configuration is left alone, any other is replaced.
 */
record Component(
        String name,
        Machine machine,
        StateFolder state,
        List<String> command,
        Map<String, String> environment,
        List<Path> configs) {
    static final String MARK = "VIRTUALCLUSTER_LOCAL_COMPONENT";

    Component {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        configs = List.copyOf(configs);
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
        long pid = machine.run(name, command, marked);
        long ticks = ProcessTable.startTicks(pid).orElseThrow(this::endedAtOnce);
        new ProcessRecord(name, pid, ticks, fingerprint()).write(state);
        return true;
    }

    /** Ends the process hard, also one whose record a killed run did not come to write. */
    void stop() {
        for (long pid : ProcessTable.of(state)) {
            if (ProcessTable.isComponent(pid, name, command.getFirst())) {
                ProcessTable.kill(pid);
                Waiting.until(
                        Duration.ofSeconds(20),
                        () -> ProcessTable.startTicks(pid).isEmpty(),
                        () -> name + " (process " + pid + ") does not end although it was killed.");
            }
        }
    }

    ClusterException endedAtOnce() {
        return new ClusterException(name + " ended; the last lines of its log:\n" + LogTail.of(state.log(name), 8));
    }

    private String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
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
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading configuration of " + name, e);
        }
    }
}
