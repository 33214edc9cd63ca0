// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.Digests;
import dev.virtualcluster.e2e.cluster.Provider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the programs and images of this checkout lie. */
public final class Programs {
    private static final List<String> OURS = List.of("tenant-operator", "syncer", "vn-agent");

    private Programs() {}

    /** The kubectl of the pinned version where it was built, else the one on the PATH. */
    public static Path kubectl(Path checkout) throws InterruptedException {
        var printed = printFolder(checkout, "kubernetes");
        // Without Go nothing was built.
        Path built = Path.of(printed.exit() == 0 ? printed.out().strip() : "none", "kubectl");
        return Files.isExecutable(built) ? built : Path.of("kubectl");
    }

    /** The folder of a family of programs, built or not. */
    public static Path folder(Path checkout, String family) throws InterruptedException {
        var printed = printFolder(checkout, family);
        if (printed.exit() != 0) {
            throw new ClusterException(printed.all().strip());
        }
        return Path.of(printed.out().strip());
    }

    private static Command.Outcome printFolder(Path checkout, String family) throws InterruptedException {
        return Command.of(checkout.resolve("e2e/binaries/build.sh").toString(), "--print-dir", family)
                .run();
    }

    /** Our images' archives; one that is missing is a failure that says how to make it. */
    public static List<Path> images(Path checkout) {
        List<Path> archives = OURS.stream()
                .map(module -> checkout.resolve(module).resolve("target/image.tar"))
                .toList();
        for (Path archive : archives) {
            if (!Files.exists(archive)) {
                throw new StepFailedException("there is no " + checkout.relativize(archive) + ": run `make images`");
            }
        }
        return archives;
    }

    /**
     * What the chart must be told on a provider's cluster.
     *
     * @param checkout whose images they are
     * @param registry where the cluster's nodes pull our images; empty for the chart's own
     */
    public static Map<String, Object> values(Path checkout, Provider provider, String registry) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (provider == Provider.LOCAL) {
            values.putAll(localValues());
            // Their names stay the same: without it pods of the programs before would run on.
            values.put("podAnnotations.images", digest(images(checkout)));
        }
        if (!registry.isBlank()) {
            values.put("images.registry", registry.strip());
        }
        return values;
    }

    /** What the chart must be told on the local cluster, whose volumes are host paths and whose nodes have no DNS. */
    public static Map<String, Object> localValues() {
        return Map.of("controlPlane.etcd.runAsUser", 0, "log.format", "text");
    }

    private static String digest(List<Path> files) {
        MessageDigest digest = Digests.sha256();
        files.forEach(file -> Digests.update(digest, file));
        // A word: Helm would take digits for a number.
        return "sha256-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
