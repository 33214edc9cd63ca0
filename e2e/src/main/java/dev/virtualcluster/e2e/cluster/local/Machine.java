// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One machine of the cluster: namespaces of its own with one process 1. {@code control} shares the host's network and
 * runs the control plane; {@code node1} and so on have a network of their own. Everything in a machine, its containers,
 * mounts, interfaces and packet rules, ends in the kernel with process 1.
 */
final class Machine {
    static final String CONTROL = "control";
    static final String CONTAINERD_ROOT = "/var/lib/containerd";
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(20);

    private final String name;
    private final StateFolder state;
    private final Binaries binaries;
    private final ControlGroups groups;

    Machine(String name, StateFolder state, Binaries binaries, ControlGroups groups) {
        this.name = name;
        this.state = state;
        this.binaries = binaries;
        this.groups = groups;
    }

    String name() {
        return name;
    }

    boolean isRunning() {
        return ProcessRecord.read(state, recordName())
                .filter(ProcessRecord::isAlive)
                .isPresent();
    }

    /** Host's process id of the machine's process 1. */
    long init() {
        return ProcessRecord.read(state, recordName())
                .filter(ProcessRecord::isAlive)
                .map(ProcessRecord::pid)
                .orElseThrow(() -> new ClusterException("Machine " + name + " of the local cluster is not running."));
    }

    private boolean hasOwnNetwork() {
        return !name.equals(CONTROL);
    }

    private String recordName() {
        return "machine-" + name;
    }

    /** Starts the machine, with nothing running in it yet. */
    void boot() {
        Path folder = state.machine(name);
        killUnrecorded();
        try {
            Files.createDirectories(folder);
            Files.createDirectories(state.logs());
            Files.createDirectories(state.volumes());
            Files.deleteIfExists(folder.resolve("booted"));
            Path script = folder.resolve("boot.sh");
            try (InputStream in = Machine.class.getResourceAsStream("boot.sh")) {
                Files.write(script, java.util.Objects.requireNonNull(in).readAllBytes());
            }
            groups.create(name);
            groups.create(name + "-system");
            List<String> command = new ArrayList<>(List.of(
                    "setsid", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"));
            if (hasOwnNetwork()) {
                command.addAll(List.of("--net", "--uts", "--ipc"));
            }
            command.addAll(List.of("/bin/sh", script.toString(), name, folder.toString()));
            command.add(binaries.program("tools", "init").toString());
            command.add("/tmp/hostpath_pv");
            command.addAll(binds());
            Process process = start(recordName(), command, Map.of(Component.MARK, recordName()));
            Waiting.until(
                    BOOT_LIMIT,
                    () -> Files.exists(folder.resolve("booted")) || !process.isAlive(),
                    () -> "Machine " + name + " did not boot in " + BOOT_LIMIT.toSeconds() + " s; see "
                            + state.log(recordName()) + ".");
            long init = onlyChild(process, recordName());
            new ProcessRecord(
                            recordName(),
                            init,
                            ProcessTable.startTicks(init).orElseThrow(() -> notBooted()),
                            "-",
                            binaries.program("tools", "init").toString())
                    .write(state);
        } catch (IOException e) {
            throw new UncheckedIOException("booting machine " + name, e);
        }
    }

    /** A machine whose boot was cut short before its record was written. */
    private void killUnrecorded() {
        Waiting.until(
                BOOT_LIMIT,
                () -> {
                    List<Long> remains = ProcessTable.of(state).stream()
                            .filter(pid -> ProcessTable.belongsTo(pid, recordName()))
                            .toList();
                    remains.forEach(ProcessTable::kill);
                    return remains.isEmpty();
                },
                () -> "Remains of machine " + name + " do not end although they were killed.");
    }

    private ClusterException notBooted() {
        return new ClusterException(
                "Machine " + name + " of the local cluster did not boot; see " + state.log(recordName()) + ".");
    }

    private List<String> binds() throws IOException {
        List<String> binds = new ArrayList<>();
        binds.add(state.root() + ":" + state.root());
        binds.add(state.volumes() + ":/tmp/hostpath_pv");
        for (Path cached : List.of(binaries.cache(), binaries.images())) {
            Files.createDirectories(cached);
            binds.add(cached + ":" + cached);
        }
        if (hasOwnNetwork()) {
            for (String own : List.of("/var/lib/kubelet", CONTAINERD_ROOT, "/var/lib/cni", "/var/log/pods")) {
                Path source = ownFolder(own);
                Files.createDirectories(source);
                binds.add(source + ":" + own);
            }
        }
        return binds;
    }

    /** Where this host keeps what the machine sees as {@code /var/lib/containerd} and the like. */
    Path ownFolder(String inside) {
        return state.machine(name).resolve(inside.substring("/var/".length()).replace('/', '-'));
    }

    /** Starts a program inside the machine; returns the host's id of the program itself. */
    long run(String component, List<String> command, Map<String, String> environment) {
        long init = init();
        List<String> inside = new ArrayList<>(List.of("setsid", "nsenter", "--target", Long.toString(init)));
        inside.addAll(List.of("--mount", "--pid"));
        if (hasOwnNetwork()) {
            inside.addAll(List.of("--net", "--uts", "--ipc"));
        }
        inside.add("--");
        inside.addAll(command);
        return onlyChild(start(component, inside, environment), component);
    }

    /** Runs a small program in the machine's network only, and waits for it. */
    String inNetwork(List<String> command, String input) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=/proc/" + init() + "/ns/net", "--"));
        all.addAll(command);
        return Commands.run(all, input);
    }

    private Process start(String component, List<String> command, Map<String, String> environment) {
        List<String> shell =
                new ArrayList<>(List.of("/bin/sh", "-c", groups.joining(name + "-system") + "exec \"$@\"", "start"));
        shell.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(shell)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(state.log(component).toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .directory(new java.io.File("/"));
        Map<String, String> env = new HashMap<>(environment);
        env.putIfAbsent("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        env.put("HOME", "/root");
        env.put(ProcessTable.MARK, state.root().toString());
        builder.environment().clear();
        builder.environment().putAll(env);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("starting " + component, e);
        }
    }

    /** {@code unshare} and {@code nsenter} fork the program they were asked for and wait for it. */
    private long onlyChild(Process process, String component) {
        OptionalLong[] child = {OptionalLong.empty()};
        Waiting.within(Duration.ofSeconds(5), () -> {
            child[0] = process.children().mapToLong(ProcessHandle::pid).findFirst();
            return child[0].isPresent() || !process.isAlive();
        });
        return child[0].orElseThrow(() -> new ClusterException(
                "'" + component + "' ended at once; the reason is in " + state.log(component) + "."));
    }

    /** Ends the machine hard, as a power cut does; returns when nothing of it runs. */
    void powerOff() {
        ProcessRecord.read(state, recordName()).filter(ProcessRecord::isAlive).ifPresent(record -> {
            ProcessTable.kill(record.pid());
            Waiting.until(
                    Duration.ofSeconds(30),
                    () -> !record.isAlive(),
                    () -> "Machine " + name + " (process " + record.pid() + ") does not end although it was killed.");
        });
    }
}
