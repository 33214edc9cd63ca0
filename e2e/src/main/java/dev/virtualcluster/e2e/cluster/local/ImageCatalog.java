// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Versions;
import dev.virtualcluster.e2e.cluster.images.UpstreamImages;
import java.util.List;

/** The images every node has from the start. */
final class ImageCatalog {
    private final List<ArchiveContent> archives;

    private ImageCatalog(List<ArchiveContent> archives) {
        this.archives = archives;
    }

    static ImageCatalog prepare(Binaries binaries) {
        return new ImageCatalog(new UpstreamImages(
                        Versions.load(), binaries::folder, binaries.cache().resolveSibling("images"))
                .prepare().stream().map(ArchiveContent::read).toList());
    }

    void importInto(NodeImages node, String name, Progress progress) {
        for (ArchiveContent archive : archives) {
            if (node.ensure(archive)) {
                progress.say(name + ": imported " + String.join(", ", archive.names()));
            }
        }
    }
}
