// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Versions;
import dev.virtualcluster.e2e.cluster.images.UpstreamImages;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * The images every node has from the start, made in the background while machines boot: a few are needed for the first
 * pod, the others before the cluster is handed out.
 */
final class ImageCatalog {
    private final Future<List<ArchiveContent>> first;
    private final Future<List<ArchiveContent>> others;

    ImageCatalog(Binaries binaries, ExecutorService background, Progress progress) {
        UpstreamImages images = new UpstreamImages(
                Versions.load(), binaries::folder, binaries.cache().resolveSibling("images"), progress::say);
        this.first = background.submit(() -> read(images.first()));
        this.others = background.submit(() -> read(images.others()));
    }

    private static List<ArchiveContent> read(List<Path> archives) {
        return archives.stream().map(ArchiveContent::read).toList();
    }

    void importFirst(NodeImages node, Progress progress) throws Exception {
        node.say(node.ensure(first.get()), progress);
    }

    void importOthers(NodeImages node, Progress progress) throws Exception {
        node.say(node.ensure(others.get()), progress);
    }
}
