// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Versions;
import dev.virtualcluster.e2e.cluster.images.ConformanceImages;
import dev.virtualcluster.e2e.cluster.images.ImageFactory;
import java.nio.file.Path;
import java.util.List;

/** The archives of the images that conformance tests need, made from a checkout's pinned programs. */
public final class ConformanceArchives {
    private static final String SAMPLE = "sample-apiserver";

    private ConformanceArchives() {}

    /** Makes what is missing; returns the archives, for {@code SuperCluster.importImage}. */
    public static List<Path> prepare(Path checkout, Progress progress) {
        Binaries binaries = Binaries.prepare(checkout, progress);
        Path sample = binaries.onRequest(checkout, SAMPLE, progress);
        ImageFactory factory = new ImageFactory(
                Versions.load(),
                family -> family.equals(SAMPLE) ? sample : binaries.folder(family),
                binaries.images(),
                progress::say);
        return new ConformanceImages(factory).prepare();
    }
}
