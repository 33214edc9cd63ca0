// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import dev.virtualcluster.e2e.cluster.Digests;
import dev.virtualcluster.e2e.cluster.Versions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes archives once and keeps them in the user's cache, each under a digest of its ingredients. */
public final class ImageFactory {
    /** Raised when the way an image is put together changes, so that cached archives of the old way are not used. */
    public static final String RECIPE = "3";

    private static final String USERS = """
            root:x:0:0:root:/root:/bin/sh
            nobody:x:65534:65534:nobody:/nonexistent:/bin/false
            nonroot:x:65532:65532:nonroot:/home/nonroot:/bin/false
            """;

    private final Versions versions;
    private final Function<String, Path> families;
    private final Path cache;
    private final Consumer<String> progress;

    /**
     * @param families the folder of a family of programs in the cache, named by a digest of its sources
     * @param cache the folder for finished archives
     * @param progress told what is being made; called on any thread
     */
    public ImageFactory(Versions versions, Function<String, Path> families, Path cache, Consumer<String> progress) {
        this.versions = versions;
        this.families = families;
        this.cache = cache;
        this.progress = progress;
    }

    /** Adds the layers of one image. */
    interface Assembly {
        Layers assemble(Layers layers) throws IOException;
    }

    /**
     * The archive of the image that {@code versions.properties} calls {@code key}.
     *
     * @param ingredients the families of programs it is made of
     */
    Path image(String key, List<String> ingredients, ImageArchive.Start start, Assembly assembly) {
        String name = versions.image(key);
        StringBuilder recipe = new StringBuilder(RECIPE + "\n" + name + "\n" + start + "\n");
        ingredients.forEach(f -> recipe.append(families.apply(f).getFileName()).append('\n'));
        String digest = HexFormat.of().formatHex(Digests.sha256(recipe.toString()), 0, 6);
        Path archive = cache.resolve(key + "-" + digest + ".tar");
        if (Files.exists(archive)) {
            return archive;
        }
        try {
            Files.createDirectories(cache);
            progress.accept("making the image " + name);
            try (Layers layers = new Layers(cache)) {
                ImageArchive.write(archive, name, assembly.assemble(layers).files(), start);
            }
            removeOlder(key, archive);
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException("making the image " + name, e);
        }
    }

    /** What went into an image changed: its former archives are of no use. */
    private void removeOlder(String key, Path current) throws IOException {
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(cache, key + "-????????????.tar")) {
            for (Path archive : archives) {
                if (!archive.equals(current)) {
                    Files.deleteIfExists(archive);
                }
            }
        }
    }

    Path program(String family, String name) {
        return families.apply(family).resolve(name);
    }

    /** What programs expect of any Linux: users, a place for temporary files, authorities to trust. */
    void base(ImageLayer layer) throws IOException {
        layer.folder("tmp", 01777);
        layer.text("etc/passwd", USERS);
        layer.text("etc/group", "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n");
        layer.text("etc/nsswitch.conf", "hosts: files dns\n");
        layer.file("etc/ssl/certs/ca-certificates.crt", Path.of("/etc/ssl/certs/ca-certificates.crt"), 0644);
    }

    void coredns(ImageLayer layer) throws IOException {
        layer.program("coredns", program("coredns", "coredns"));
    }

    /** A small Debian with network tools; the first time it is downloaded. */
    Path userland() throws IOException {
        return new Userland(cache, progress).prepare();
    }

    /** Upstream's test program with its files. */
    void agnhost(ImageLayer layer) throws IOException {
        layer.program("agnhost", program("agnhost", "agnhost"));
        layer.link("agnhost-2", "agnhost");
        layer.file("localhost.crt", program("agnhost", "localhost.crt"), 0644);
        layer.file("localhost.key", program("agnhost", "localhost.key"), 0644);
        layer.folder("uploads", 0755);
        layer.link("usr/local/bin/iperf", "/usr/bin/iperf");
    }
}
