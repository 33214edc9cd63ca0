// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.Digests;
import dev.virtualcluster.e2e.cluster.HelperProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * A small Debian with the network tools that upstream's test images have, as one layer for all of them. It is put together by
 * debootstrap from the package source this machine uses itself, in a mount namespace of its own: a killed run leaves
 * nothing mounted.
 */
final class Userland {
    private static final String PACKAGES =
            "bash,bind9-dnsutils,ca-certificates,curl,iperf,iproute2,iputils-ping,netcat-openbsd,nginx-light,procps,"
                    + "socat";

    /** $1 folder, $2 packages, $3 finished layer. */
    private static final String SCRIPT = """
            set -eu
            . /etc/os-release
            site=$(apt-get indextargets --format '$(SITE)' "Created-By: Packages" "Codename: $VERSION_CODENAME" | head -1)
            debootstrap --variant=minbase --include="$2" "$VERSION_CODENAME" "$1" "${site:-http://deb.debian.org/debian}"
            cd "$1"
            rm -rf var/cache/apt/* var/lib/apt/lists/* var/log/* usr/share/doc usr/share/man usr/share/locale usr/share/info
            rm -f etc/resolv.conf etc/hostname
            echo 'user-defined-in-image:x:1000:1000::/home/user-defined-in-image:/bin/sh' >> etc/passwd
            echo 'user-defined-in-image:x:1000:' >> etc/group
            echo 'group-defined-in-image:x:50000:user-defined-in-image' >> etc/group
            tar --sort=name --mtime=@0 --numeric-owner --one-file-system -cf "$3" .
            """;

    private static final String REMAINS = ".userland";

    private final Path cache;
    private final Consumer<String> progress;

    Userland(Path cache, Consumer<String> progress) {
        this.cache = cache;
        this.progress = progress;
    }

    /** The layer's file; made when it is not in the cache. */
    Path prepare() throws IOException {
        String digest = HexFormat.of().formatHex(Digests.sha256(PACKAGES + SCRIPT), 0, 6);
        Path layer = cache.resolve("userland-" + digest + ".layer.tar");
        if (Files.exists(layer)) {
            return layer;
        }
        progress.accept("making a small Debian for test images with debootstrap (about a minute, only once)");
        removeRemains();
        Path folder = Files.createTempDirectory(cache, REMAINS);
        Path fresh = folder.resolveSibling(folder.getFileName() + ".tar");
        Path log = cache.resolve("userland.log");
        try {
            Process process = HelperProcess.of(List.of(
                            "unshare",
                            "--mount",
                            "--pid",
                            "--fork",
                            "--kill-child",
                            "--propagation",
                            "private",
                            "/bin/sh",
                            "-c",
                            SCRIPT,
                            "userland",
                            folder.toString(),
                            PACKAGES,
                            fresh.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (process.waitFor() != 0) {
                List<String> lines = Files.readAllLines(log);
                throw new ClusterException("The Debian userland of the agnhost image could not be made; see " + log
                        + (lines.isEmpty() ? "." : ": " + lines.getLast()));
            }
            Files.move(fresh, layer, StandardCopyOption.ATOMIC_MOVE);
            return layer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while making the Debian userland.", e);
        } finally {
            remove(folder);
            remove(fresh);
        }
    }

    /** What killed runs left. Only one command at a time makes images. */
    private void removeRemains() throws IOException {
        try (DirectoryStream<Path> remains = Files.newDirectoryStream(cache, REMAINS + "*")) {
            for (Path path : remains) {
                remove(path);
            }
        }
    }

    private static void remove(Path path) throws IOException {
        HelperProcess.of(List.of("rm", "-rf", "--one-file-system", path.toString()))
                .start()
                .onExit()
                .join();
    }
}
