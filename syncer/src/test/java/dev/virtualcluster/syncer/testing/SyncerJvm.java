// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The syncer as a process of its own, started as its image starts it, and what it costs. */
public final class SyncerJvm implements AutoCloseable {
    private static final long TICKS_PER_SECOND = 100;

    private final Process process;
    private final Path log;

    private SyncerJvm(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** What starts a syncer from this JVM's class path, for {@link #start}. */
    public static List<String> fromThisClassPath(List<String> jvmFlags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.virtualcluster.syncer.Main"));
        return command;
    }

    /** Starts it with this command, to which the syncer's own flags are added. */
    public static SyncerJvm start(Path folder, String kubeconfig, List<String> java) throws IOException {
        Path config = folder.resolve("super.kubeconfig");
        Files.writeString(config, kubeconfig);
        Path log = folder.resolve("syncer.log");
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("--kubeconfig=" + config, "--leader-elect=false", "--health-port=0"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new SyncerJvm(process, log);
    }

    public long pid() {
        return process.pid();
    }

    /** Resident memory in MiB. */
    public long residentMib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("the syncer is gone; see " + log);
    }

    /** CPU time used so far, user and system, in milliseconds. */
    public long cpuMillis() throws IOException {
        return cpuMillis(pid());
    }

    /** The same of any process. */
    public static long cpuMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) * 1000 / TICKS_PER_SECOND;
    }

    public Path log() {
        return log;
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
