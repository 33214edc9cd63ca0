// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import dev.virtualcluster.e2e.cluster.Versions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/**
 * Makes the images that a cluster with internet access would pull from {@code registry.k8s.io}. An archive is made once
 * and kept in the user's cache under a digest of its ingredients.
 */
public final class UpstreamImages {
    /** Raised when the way an image is put together changes, so that cached archives of the old way are not used. */
    private static final String RECIPE = "1";

    private final Versions versions;
    private final Function<String, Path> families;
    private final Path cache;

    /**
     * @param families the folder of a family of programs in the cache, named by a digest of its sources
     * @param cache the folder for finished archives
     */
    public UpstreamImages(Versions versions, Function<String, Path> families, Path cache) {
        this.versions = versions;
        this.families = families;
        this.cache = cache;
    }

    private interface Filling {
        void fill(ImageLayer layer) throws IOException;
    }

    /** The images every cluster has, as archives; those that are missing are made now. */
    public List<Path> prepare() {
        List<Path> archives = new ArrayList<>();
        archives.add(image(
                "pause",
                "tools",
                ImageArchive.Start.of("/pause"),
                layer -> layer.program("pause", program("tools", "pause"))));
        archives.add(image(
                "coredns",
                "coredns",
                ImageArchive.Start.of("/coredns").as("65532:65532"),
                layer -> layer.base().program("coredns", program("coredns", "coredns"))));
        archives.add(image(
                "etcd",
                "etcd",
                ImageArchive.Start.of(),
                layer -> layer.base().program("usr/local/bin/etcd", program("etcd", "etcd"))));
        for (String server : List.of("kube-apiserver", "kube-controller-manager")) {
            archives.add(image(
                    server,
                    "kubernetes",
                    ImageArchive.Start.of(),
                    layer -> layer.base().program("usr/local/bin/" + server, program("kubernetes", server))));
        }
        archives.add(busybox());
        return archives;
    }

    private Path busybox() {
        Path busybox = Path.of("/bin/busybox");
        return image("busybox", "tools", ImageArchive.Start.of("sh"), layer -> {
            layer.base().program("bin/busybox", busybox);
            Process list = new ProcessBuilder(busybox.toString(), "--list").start();
            String applets = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            for (String applet : applets.lines().toList()) {
                if (!applet.equals("busybox")) {
                    layer.link("bin/" + applet, "busybox");
                }
            }
            layer.link("usr/bin/env", "/bin/busybox");
            layer.folder("root", 0700).folder("home", 0755).folder("var/tmp", 01777);
        });
    }

    private Path program(String family, String name) {
        return families.apply(family).resolve(name);
    }

    private Path image(String key, String family, ImageArchive.Start start, Filling filling) {
        String name = versions.image(key);
        String ingredients = String.join(
                "\n",
                RECIPE,
                name,
                start.toString(),
                families.apply(family).getFileName().toString());
        String digest = HexFormat.of()
                .formatHex(ImageArchive.sha256().digest(ingredients.getBytes(StandardCharsets.UTF_8)), 0, 6);
        Path archive = cache.resolve(key + "-" + digest + ".tar");
        if (Files.exists(archive)) {
            return archive;
        }
        try {
            Files.createDirectories(cache);
            Path layer = Files.createTempFile(cache, "." + key, ".layer");
            try {
                try (ImageLayer content =
                        new ImageLayer(new BufferedOutputStream(Files.newOutputStream(layer), 1 << 20))) {
                    filling.fill(content);
                }
                ImageArchive.write(archive, name, layer, start);
            } finally {
                Files.deleteIfExists(layer);
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException("making the image " + name, e);
        }
    }
}
