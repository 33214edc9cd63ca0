// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        String mark = MARK + "=" + state.root();
        try (Stream<Path> entries = Files.list(PROC)) {
            entries.map(p -> p.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .filter(name -> hasMark(name, mark))
                    .forEach(name -> ours.add(Long.parseLong(name)));
        } catch (IOException e) {
            throw new UncheckedIOException("listing processes", e);
        }
        ours.remove(ProcessHandle.current().pid());
        ours.removeIf(pid -> startTicks(pid).isEmpty());
        return ours;
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

    /** Whether a process is the program of a component itself, and not one that inherited its environment. */
    static boolean isComponent(long pid, String component, String program) {
        if (!hasMark(Long.toString(pid), Component.MARK + "=" + component)) {
            return false;
        }
        try {
            String line = Files.readString(PROC.resolve(pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            return line.startsWith(program + "\0");
        } catch (IOException e) {
            return false;
        }
    }

    /** A readable command line, for messages. */
    static String commandLine(long pid) {
        try {
            String line = Files.readString(PROC.resolve(pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ')
                    .strip();
            return line.length() > 100 ? line.substring(0, 100) + "..." : line;
        } catch (IOException e) {
            return "gone";
        }
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
}
