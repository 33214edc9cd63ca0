// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Layers of one image while it is put together, as files beside the archive; closing deletes them. */
final class Layers implements AutoCloseable {
    interface Filling {
        void fill(ImageLayer layer) throws IOException;
    }

    private final Path folder;
    private final List<Path> files = new ArrayList<>();
    private final List<Path> temporary = new ArrayList<>();

    Layers(Path folder) {
        this.folder = folder;
    }

    /** Adds a layer with that content. The same content gives the same bytes, which containerd keeps once. */
    Layers add(Filling filling) throws IOException {
        Path file = Files.createTempFile(folder, ".layer", ".tar");
        temporary.add(file);
        try (ImageLayer layer = new ImageLayer(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
            filling.fill(layer);
        }
        files.add(file);
        return this;
    }

    /** Adds a layer that is a file already and stays one. */
    Layers add(Path file) {
        files.add(file);
        return this;
    }

    List<Path> files() {
        return List.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        for (Path file : temporary) {
            Files.deleteIfExists(file);
        }
    }
}
