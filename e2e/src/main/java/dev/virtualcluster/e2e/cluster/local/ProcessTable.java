// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.HelperProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which processes of this machine are ours. A process is known by two marks and never by its name: the environment it
 * was started with, and the control group it is in. A process id alone proves nothing, because ids are used again:
 * records carry the start time too.
 */
final class ProcessTable {
    static final String MARK = "VIRTUALCLUSTER_LOCAL_STATE";
    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {}

    /** Clock ticks between boot and the process's start; empty when there is no such process or it is a zombie. */
    static OptionalLong startTicks(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            // The second field is the name in parentheses and may hold anything: count from the last parenthesis.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[0].equals("Z") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[19]));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    static boolean isAlive(long pid, long startTicks) {
        OptionalLong now = startTicks(pid);
        return now.isPresent() && now.getAsLong() == startTicks;
    }

    /** All live processes of the cluster whose state is in this folder, whoever started them and whenever. */
    static Set<Long> of(StateFolder state) {
        Set<Long> ours = new TreeSet<>(ControlGroups.ofThisMachine().members());
        ours.addAll(marked(MARK + "=" + state.root()));
        ours.remove(ProcessHandle.current().pid());
        ours.removeIf(pid -> startTicks(pid).isEmpty());
        return ours;
    }

    /** Processes with that line in the environment they were started with. */
    static Set<Long> marked(String mark) {
        Set<Long> found = new TreeSet<>();
        try (Stream<Path> entries = Files.list(PROC)) {
            entries.map(p -> p.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .filter(name -> hasMark(name, mark))
                    .forEach(name -> found.add(Long.parseLong(name)));
        } catch (IOException e) {
            throw new UncheckedIOException("listing processes", e);
        }
        return found;
    }

    /** Ends helpers of commands that were killed. The caller holds the lock and has no helper running. */
    static void killHelpers() {
        Set<Long> helpers = marked(HelperProcess.MARK + "=1");
        helpers.forEach(ProcessTable::kill);
        Waiting.within(
                Duration.ofSeconds(10),
                () -> helpers.stream().allMatch(pid -> startTicks(pid).isEmpty()));
    }

    private static boolean hasMark(String pid, String mark) {
        try {
            byte[] environment = Files.readAllBytes(PROC.resolve(pid).resolve("environ"));
            for (String variable : new String(environment, StandardCharsets.ISO_8859_1).split("\0", -1)) {
                if (variable.equals(mark)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a process was started as part of a component, or inherited that it was. */
    static boolean belongsTo(long pid, String component) {
        return hasMark(Long.toString(pid), Component.MARK + "=" + component);
    }

    /** Program and arguments, each followed by a zero; empty when there is no such process. */
    static String commandOf(long pid) {
        try {
            return Files.readString(PROC.resolve(pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** A readable command line, for messages. */
    static String commandLine(long pid) {
        String line = commandOf(pid).replace('\0', ' ').strip();
        if (line.isEmpty()) {
            return "gone";
        }
        return line.length() > 100 ? line.substring(0, 100) + "..." : line;
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
}
