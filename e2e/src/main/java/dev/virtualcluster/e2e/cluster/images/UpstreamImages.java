// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The images every cluster starts with, as a cluster with internet access would pull them from {@code registry.k8s.io}. */
public final class UpstreamImages {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final ImageFactory factory;

    public UpstreamImages(ImageFactory factory) {
        this.factory = factory;
    }

    /** Their archives; those that are missing are made now. */
    public List<Path> prepare() {
        return List.of(
                factory.image(
                        "pause",
                        List.of("tools"),
                        ImageArchive.Start.of("/pause"),
                        layers -> layers.add(layer -> layer.program("pause", factory.program("tools", "pause")))),
                factory.image(
                        "coredns",
                        List.of("coredns"),
                        ImageArchive.Start.of("/coredns").as("65532:65532"),
                        layers -> layers.add(factory::base).add(factory::coredns)),
                busybox(),
                server("etcd", "etcd"),
                server("kube-controller-manager", "kubernetes"),
                server("kube-apiserver", "kubernetes"),
                agnhost());
    }

    private Path server(String name, String family) {
        return factory.image(
                name,
                List.of(family),
                ImageArchive.Start.of(),
                layers -> layers.add(factory::base)
                        .add(layer -> layer.program("usr/local/bin/" + name, factory.program(family, name))));
    }

    private Path busybox() {
        return factory.image(
                "busybox",
                List.of("tools"),
                ImageArchive.Start.of().with("sh"),
                layers -> layers.add(factory::base).add(layer -> {
                    layer.program("bin/busybox", BUSYBOX);
                    for (String applet : applets()) {
                        layer.link("bin/" + applet, "busybox");
                    }
                    layer.link("usr/bin/env", "/bin/busybox");
                    layer.folder("root", 0700).folder("home", 0755).folder("var/tmp", 01777);
                }));
    }

    private static List<String> applets() throws IOException {
        Process list = new ProcessBuilder(BUSYBOX.toString(), "--list").start();
        String applets = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return applets.lines().filter(applet -> !applet.equals("busybox")).toList();
    }

    /** Upstream's test program in the userland its users expect: a shell, curl, dig, nc, ip, iperf. */
    private Path agnhost() {
        return factory.image(
                "agnhost",
                List.of("agnhost", "coredns"),
                ImageArchive.Start.of("/agnhost").with("pause"),
                layers -> layers.add(factory.userland()).add(factory::coredns).add(factory::agnhost));
    }
}
