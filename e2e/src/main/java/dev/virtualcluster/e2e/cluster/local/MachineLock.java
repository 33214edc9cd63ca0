// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Lets one command at a time change the machine's local cluster, also across checkouts. The kernel gives the lock back
 * when its holder dies, however it dies; the file says who holds it and goes with the lock.
 */
final class MachineLock {
    static final Path STANDARD = Path.of("/run/virtualcluster-local.lock");
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Path file;
    private final FileChannel channel;

    private MachineLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Runs work when its turn has come. */
    static <T> T holding(String purpose, Progress progress, Supplier<T> work) {
        return holding(STANDARD, purpose, progress, work);
    }

    static <T> T holding(Path file, String purpose, Progress progress, Supplier<T> work) {
        MachineLock lock = acquire(file, purpose, progress);
        try {
            return work.get();
        } finally {
            lock.release();
        }
    }

    /** Waits for its turn; says whom it waits for. */
    private static MachineLock acquire(Path file, String purpose, Progress progress) {
        boolean[] said = {false};
        List<MachineLock> held = new ArrayList<>(1);
        Waiting.until(
                LIMIT,
                () -> {
                    attempt(file, purpose).ifPresent(held::add);
                    if (held.isEmpty() && !said[0]) {
                        progress.say("waiting: another command works on the local cluster (" + holder(file) + ")");
                        said[0] = true;
                    }
                    return !held.isEmpty();
                },
                () -> "Another command has worked on the local cluster for over " + LIMIT.toMinutes() + " minutes ("
                        + holder(file) + "): wait for it or end it, then try again.");
        return held.getFirst();
    }

    private static Optional<MachineLock> attempt(Path file, String purpose) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    // The former holder may have removed the file between our opening and locking it: then what
                    // we hold is the lock of a file that nobody else can see.
                    String mine = "pid " + ProcessHandle.current().pid() + ", " + purpose + ", " + UUID.randomUUID();
                    channel.truncate(0);
                    channel.write(ByteBuffer.wrap(mine.getBytes(StandardCharsets.UTF_8)), 0);
                    if (holder(file).equals(mine)) {
                        return Optional.of(new MachineLock(file, channel));
                    }
                }
            } catch (OverlappingFileLockException e) {
                // Held by this very process, on another thread.
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("locking " + file, e);
        }
    }

    private static String holder(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "just ended";
        } catch (IOException e) {
            throw new ClusterException("The lock " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private void release() {
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("unlocking " + file, e);
        }
    }
}
