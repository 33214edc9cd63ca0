// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Debian packages the cluster runs with; those that are missing are installed. */
final class DebianPackages {
    static final Path NFT = Path.of("/usr/sbin/nft");

    /** A file by which each package is known to be installed. */
    private static final Map<String, Path> NEEDED = new LinkedHashMap<>();

    static {
        NEEDED.put("runc", Path.of("/usr/sbin/runc"));
        NEEDED.put("containernetworking-plugins", Path.of("/usr/lib/cni/ptp"));
        NEEDED.put("iptables", Path.of("/usr/sbin/iptables"));
        NEEDED.put("nftables", NFT);
        NEEDED.put("conntrack", Path.of("/usr/sbin/conntrack"));
        NEEDED.put("ethtool", Path.of("/usr/sbin/ethtool"));
        NEEDED.put("iproute2", Path.of("/usr/sbin/ip"));
        NEEDED.put("busybox-static", Path.of("/usr/share/doc/busybox-static"));
        NEEDED.put("debootstrap", Path.of("/usr/sbin/debootstrap"));
        // What suites call.
        NEEDED.put("curl", Path.of("/usr/bin/curl"));
        NEEDED.put("openssl", Path.of("/usr/bin/openssl"));
        NEEDED.put("procps", Path.of("/usr/bin/pgrep"));
        NEEDED.put("ca-certificates", Path.of("/etc/ssl/certs/ca-certificates.crt"));
    }

    private DebianPackages() {}

    static List<String> missing() {
        return NEEDED.entrySet().stream()
                .filter(entry -> !Files.exists(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    static void ensure(Progress progress) {
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        String names = String.join(" ", missing);
        progress.say("installing Debian packages that the local cluster runs with: " + names);
        Commands.Finished installed = install(missing);
        if (!installed.succeeded()) {
            // Lists of packages that are absent or old are the usual reason.
            Commands.tryRun("apt-get", "-q", "update");
            installed = install(missing);
        }
        if (!installed.succeeded() || !missing().isEmpty()) {
            throw new ClusterException("Debian packages could not be installed: run 'apt-get install " + names
                    + "' yourself and try again. apt-get said: " + lastLine(installed.output()));
        }
    }

    private static Commands.Finished install(List<String> packages) {
        return Commands.tryRun(
                List.of(
                        "/bin/sh",
                        "-c",
                        "DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "
                                + String.join(" ", packages)),
                "");
    }

    private static String lastLine(String output) {
        List<String> lines = output.strip().lines().toList();
        return lines.isEmpty() ? "nothing" : lines.getLast();
    }
}
