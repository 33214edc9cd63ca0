// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;

/**
 * A small Debian with the network tools that upstream's test images have, as one layer. It is put together by
 * debootstrap from the package source this machine uses itself, in a mount namespace of its own: a killed run leaves
 * nothing mounted.
 */
final class Userland {
    private static final String PACKAGES =
            "bash,bind9-dnsutils,ca-certificates,curl,iperf,iproute2,iputils-ping,netcat-openbsd,procps,socat";

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

    private final Path cache;

    Userland(Path cache) {
        this.cache = cache;
    }

    /** The layer's file; made when it is not in the cache. */
    Path prepare() throws IOException {
        String digest = HexFormat.of()
                .formatHex(ImageArchive.sha256().digest((PACKAGES + SCRIPT).getBytes(StandardCharsets.UTF_8)), 0, 6);
        Path layer = cache.resolve("userland-" + digest + ".layer.tar");
        if (Files.exists(layer)) {
            return layer;
        }
        Path folder = Files.createTempDirectory(cache, ".userland");
        Path fresh = folder.resolveSibling(folder.getFileName() + ".tar");
        Path log = cache.resolve("userland.log");
        try {
            Process process = new ProcessBuilder(List.of(
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
            new ProcessBuilder("rm", "-rf", "--one-file-system", folder.toString(), fresh.toString())
                    .start()
                    .onExit()
                    .join();
        }
    }
}
