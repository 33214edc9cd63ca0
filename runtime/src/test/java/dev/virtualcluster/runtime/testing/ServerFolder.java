// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * The scratch folder of one server: its data, its logs, and the record of the processes that run for it. The record is
 * what lets the next run end the processes of one that was killed: each line is a process id, and that process is ended
 * only if its command line names this very folder. Folders of living owners are left alone.
 */
final class ServerFolder {
    private static final Path ROOT = Path.of(System.getProperty("java.io.tmpdir"), "virtualcluster-test");
    private static final String OWNER = "owner";
    private static final String PIDS = "pids";
    private static final AtomicBoolean SWEPT = new AtomicBoolean();
    private static final Set<ServerFolder> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;

    private ServerFolder(Path path) {
        this.path = path;
    }

    static ServerFolder create() {
        try {
            ServerFolder folder = new ServerFolder(newFolder(ROOT));
            if (SWEPT.compareAndSet(false, true)) {
                sweep(ROOT);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    OPEN.forEach(ServerFolder::remove);
                    removeIfEmpty(ROOT);
                }));
            }
            Files.writeString(folder.path.resolve(OWNER), identity(ProcessHandle.current()));
            OPEN.add(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for a server under " + ROOT, e);
        }
    }

    /** A new folder under {@code root}, which another run may remove at any moment while it is empty. */
    private static Path newFolder(Path root) throws IOException {
        while (true) {
            Files.createDirectories(root);
            try {
                return Files.createTempDirectory(root, "s");
            } catch (NoSuchFileException e) {
                // Removed in between: make it again.
            }
        }
    }

    /** Removes {@code root} after its last folder; other runs' folders keep it. */
    static void removeIfEmpty(Path root) {
        try {
            Files.deleteIfExists(root);
        } catch (IOException e) {
            // Not empty: somebody else's run goes on.
        }
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    void record(Process process) throws IOException {
        Files.writeString(
                path.resolve(PIDS), process.pid() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Ends what still runs for this folder and deletes it. */
    void remove() {
        OPEN.remove(this);
        endProcesses();
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("left behind: " + path + " (" + e + ")");
        }
    }

    private void endProcesses() {
        for (String line : lines(PIDS)) {
            ProcessHandle.of(Long.parseLong(line)).filter(this::isOurs).ifPresent(process -> {
                process.destroyForcibly();
                process.onExit().join();
            });
        }
    }

    private boolean isOurs(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .contains(path.toString());
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> lines(String name) {
        try {
            return Files.readAllLines(path.resolve(name));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Ends and deletes what owners that are gone have left under {@code root}. */
    static void sweep(Path root) throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            for (Path each : folders.toList()) {
                ServerFolder folder = new ServerFolder(each);
                List<String> owner = folder.lines(OWNER);
                if (!owner.isEmpty() && !isAlive(owner.getFirst())) {
                    folder.remove();
                }
            }
        }
    }

    private static boolean isAlive(String identity) {
        return ProcessHandle.of(Long.parseLong(identity.substring(0, identity.indexOf(' '))))
                .filter(process -> identity(process).equals(identity))
                .isPresent();
    }

    /** A process id alone is used again by the system one day. */
    static String identity(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(Object::toString).orElse("?");
    }
}
