// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.nio.file.Path;
import java.util.List;

/** Refuses in one sentence, before anything is done, what cannot work here. The checks are in {@code e2e/preflight.sh}. */
final class Preflight {
    private Preflight() {}

    /** What the Makefile checks too, before it builds. */
    static void check(Path checkout) {
        run(checkout, "machine");
    }

    /** What the kernel must be able to do; needs the Debian packages. */
    static void checkKernel(Path checkout) {
        run(checkout, "kernel");
    }

    private static void run(Path checkout, String what) {
        Commands.Finished finished = Commands.tryRun(
                List.of("/bin/bash", checkout.resolve("e2e/preflight.sh").toString(), what), "");
        if (!finished.succeeded()) {
            String said = finished.output().strip();
            throw new ClusterException(said.isEmpty() ? "e2e/preflight.sh " + what + " failed without a word." : said);
        }
    }
}
