// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import dev.virtualcluster.e2e.cluster.Versions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Makes the images that a cluster with internet access would pull from {@code registry.k8s.io}. An archive is made once
 * and kept in the user's cache under a digest of its ingredients.
 */
public final class UpstreamImages {
    /** Raised when the way an image is put together changes, so that cached archives of the old way are not used. */
    public static final String RECIPE = "2";

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
    public UpstreamImages(Versions versions, Function<String, Path> families, Path cache, Consumer<String> progress) {
        this.progress = progress;
        this.versions = versions;
        this.families = families;
        this.cache = cache;
    }

    private interface Assembly {
        Layers assemble(Layers layers) throws IOException;
    }

    /** What a node needs before it can run its first pod. */
    public List<Path> first() {
        return List.of(
                image(
                        "pause",
                        List.of("tools"),
                        ImageArchive.Start.of("/pause"),
                        layers -> layers.add(layer -> layer.program("pause", program("tools", "pause")))),
                image(
                        "coredns",
                        List.of("coredns"),
                        ImageArchive.Start.of("/coredns").as("65532:65532"),
                        layers -> layers.add(this::base).add(this::coredns)));
    }

    /** The rest of what every cluster has; the first time this downloads a small Debian for agnhost. */
    public List<Path> others() {
        List<Path> archives = new ArrayList<>();
        archives.add(busybox());
        archives.add(server("etcd", "etcd"));
        archives.add(server("kube-controller-manager", "kubernetes"));
        archives.add(server("kube-apiserver", "kubernetes"));
        archives.add(agnhost());
        return archives;
    }

    private Path server(String name, String family) {
        return image(
                name,
                List.of(family),
                ImageArchive.Start.of(),
                layers -> layers.add(this::base)
                        .add(layer -> layer.program("usr/local/bin/" + name, program(family, name))));
    }

    private Path busybox() {
        Path busybox = Path.of("/bin/busybox");
        return image(
                "busybox",
                List.of("tools"),
                ImageArchive.Start.of().with("sh"),
                layers -> layers.add(this::base).add(layer -> {
                    layer.program("bin/busybox", busybox);
                    for (String applet : applets(busybox)) {
                        layer.link("bin/" + applet, "busybox");
                    }
                    layer.link("usr/bin/env", "/bin/busybox");
                    layer.folder("root", 0700).folder("home", 0755).folder("var/tmp", 01777);
                }));
    }

    private static List<String> applets(Path busybox) throws IOException {
        Process list = new ProcessBuilder(busybox.toString(), "--list").start();
        String applets = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return applets.lines().filter(applet -> !applet.equals("busybox")).toList();
    }

    /** Upstream's test program in the userland its users expect: a shell, curl, dig, nc, ip, iperf. */
    private Path agnhost() {
        return image(
                "agnhost",
                List.of("agnhost", "coredns"),
                ImageArchive.Start.of("/agnhost").with("pause"),
                layers -> layers.add(userland()).add(this::coredns).add(layer -> {
                    layer.program("agnhost", program("agnhost", "agnhost"));
                    layer.link("agnhost-2", "agnhost");
                    layer.file("localhost.crt", program("agnhost", "localhost.crt"), 0644);
                    layer.file("localhost.key", program("agnhost", "localhost.key"), 0644);
                    layer.folder("uploads", 0755);
                    layer.link("usr/local/bin/iperf", "/usr/bin/iperf");
                }));
    }

    private Path userland() throws IOException {
        progress.accept("making a small Debian for agnhost with debootstrap (about a minute, only once)");
        return new Userland(cache).prepare();
    }

    private void base(ImageLayer layer) throws IOException {
        layer.folder("tmp", 01777);
        layer.text("etc/passwd", USERS);
        layer.text("etc/group", "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n");
        layer.text("etc/nsswitch.conf", "hosts: files dns\n");
        layer.file("etc/ssl/certs/ca-certificates.crt", Path.of("/etc/ssl/certs/ca-certificates.crt"), 0644);
    }

    private void coredns(ImageLayer layer) throws IOException {
        layer.program("coredns", program("coredns", "coredns"));
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

    private Path program(String family, String name) {
        return families.apply(family).resolve(name);
    }

    private Path image(String key, List<String> ingredients, ImageArchive.Start start, Assembly assembly) {
        String name = versions.image(key);
        StringBuilder recipe = new StringBuilder(RECIPE + "\n" + name + "\n" + start + "\n");
        ingredients.forEach(f -> recipe.append(families.apply(f).getFileName()).append('\n'));
        String digest = HexFormat.of()
                .formatHex(ImageArchive.sha256().digest(recipe.toString().getBytes(StandardCharsets.UTF_8)), 0, 6);
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
}
