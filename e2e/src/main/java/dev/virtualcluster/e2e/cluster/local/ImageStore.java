// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Digests;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Versions;
import dev.virtualcluster.e2e.cluster.images.ImageFactory;
import dev.virtualcluster.e2e.cluster.images.UpstreamImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The images every node starts with, unpacked once: a containerd folder in the user's cache, filled by a containerd of
 * its own and then copied to each new node. On one file system the copy is made of hard links, which takes no time
 * and no room, and nodes share the programs' pages in memory. Unpacked layers are never written to; the data bases,
 * which are, become real copies.
 */
final class ImageStore {
    private static final String COMPONENT = "image-store";

    private final StateFolder state;
    private final Binaries binaries;
    private final Machine control;
    private final Progress progress;
    private final UpstreamImages upstream;
    private @Nullable List<ArchiveContent> archives;

    ImageStore(StateFolder state, Binaries binaries, Machine control, Progress progress) {
        this.state = state;
        this.binaries = binaries;
        this.control = control;
        this.progress = progress;
        this.upstream = new UpstreamImages(
                new ImageFactory(Versions.load(), binaries::folder, binaries.images(), progress::say));
    }

    /** Gives a node that has no images yet all of them; one that has some keeps them. */
    void populate(Path root) throws IOException {
        if (!Directories.isEmpty(root)) {
            return;
        }
        Path store = prepare();
        Path fresh = root.resolveSibling(root.getFileName() + ".new");
        Directories.delete(fresh);
        Directories.delete(root);
        Files.createDirectories(fresh.resolveSibling("."));
        if (copy("--link", store, fresh).succeeded()) {
            detachDatabases(fresh);
        } else {
            // Cache and state are on different file systems.
            Directories.delete(fresh);
            Commands.checked(List.of("cp", store.toString()), copy("--reflink=auto", store, fresh));
        }
        Files.move(fresh, root, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Commands.Finished copy(String how, Path from, Path to) {
        return Commands.tryRunHelper(List.of("cp", "-a", how, from.toString(), to.toString()));
    }

    /** Imports what a node lacks into its running containerd; returns the names that were imported. */
    List<String> complete(ContainerdImages images) {
        if (images.isComplete(binaries.identity())) {
            return List.of();
        }
        List<String> imported = images.ensure(archives());
        images.markComplete(binaries.identity());
        return imported;
    }

    /** The filled folder; the first time this takes half a minute. */
    private synchronized Path prepare() throws IOException {
        String digest = HexFormat.of().formatHex(Digests.sha256(binaries.identity()), 0, 6);
        Path store = binaries.images().resolve("store-" + digest);
        if (Files.exists(store)) {
            return store;
        }
        List<ArchiveContent> wanted = archives();
        try {
            return alone(() -> Files.exists(store) ? store : unpack(store, wanted));
        } catch (UncheckedIOException e) {
            throw new IOException("unpacking images to " + store, e);
        }
    }

    private Path unpack(Path store, List<ArchiveContent> wanted) {
        progress.say("unpacking " + wanted.size() + " images for all nodes (only once)");
        Path fresh = store.resolveSibling(store.getFileName() + ".new");
        try {
            Directories.delete(fresh);
            Files.createDirectories(fresh);
            fill(fresh, wanted);
            removeOlder();
            return Files.move(fresh, store, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("unpacking images to " + store, e);
        }
    }

    /** The cache is shared with clusters in sandboxes, which the lock of the machine does not keep apart. */
    private <T> T alone(Supplier<T> work) {
        try {
            Files.createDirectories(binaries.images());
        } catch (IOException e) {
            throw new UncheckedIOException("making the cache of images", e);
        }
        return MachineLock.holding(binaries.images().resolve(".lock"), "images", progress, work);
    }

    private void fill(Path root, List<ArchiveContent> wanted) throws IOException {
        Path socket = state.root().resolve(COMPONENT + ".sock");
        Files.createDirectories(state.configs());
        Path config = state.configs().resolve(COMPONENT + ".toml");
        Files.writeString(
                config,
                NodeConfigs.containerd(root, Path.of("/run/" + COMPONENT), socket, state.configs(), Versions.load()));
        Component containerd = new Component(
                COMPONENT,
                control,
                state,
                List.of(binaries.program("containerd", "containerd").toString(), "--config", config.toString()),
                Map.of("PATH", binaries.folder("containerd") + ":/usr/sbin:/usr/bin:/sbin:/bin"),
                List.of(config),
                false);
        containerd.ensureRunning();
        try {
            ContainerdImages images = new ContainerdImages(binaries, socket, root);
            images.await(containerd, state.log(COMPONENT));
            images.ensure(wanted);
            images.markComplete(binaries.identity());
        } finally {
            containerd.end();
            Files.deleteIfExists(ProcessRecord.file(state, COMPONENT));
        }
    }

    /** The images' archives; those that are missing are made, for which packages of Debian are downloaded once. */
    synchronized List<ArchiveContent> archives() {
        List<ArchiveContent> known = archives;
        if (known == null) {
            known = alone(
                    () -> upstream.prepare().stream().map(ArchiveContent::read).toList());
            archives = known;
        }
        return known;
    }

    private void removeOlder() throws IOException {
        try (DirectoryStream<Path> stores = Files.newDirectoryStream(binaries.images(), "store-????????????")) {
            for (Path store : stores) {
                Directories.delete(store);
            }
        }
    }

    private static void detachDatabases(Path root) throws IOException {
        try (DirectoryStream<Path> plugins = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path plugin : plugins) {
                try (DirectoryStream<Path> databases = Files.newDirectoryStream(plugin, "*.db")) {
                    for (Path database : databases) {
                        Path copy = database.resolveSibling(database.getFileName() + ".copy");
                        Files.copy(database, copy, StandardCopyOption.COPY_ATTRIBUTES);
                        Files.move(copy, database, StandardCopyOption.ATOMIC_MOVE);
                    }
                }
            }
        }
    }
}
