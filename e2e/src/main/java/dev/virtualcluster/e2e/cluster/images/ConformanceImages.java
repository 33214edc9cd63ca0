// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import java.nio.file.Path;
import java.util.List;

/** What upstream's conformance tests run besides the images every cluster has; made on request only. */
public final class ConformanceImages {
    private static final String NGINX = """
            daemon off;
            error_log stderr;
            pid /tmp/nginx.pid;
            events {}
            http {
              include mime.types;
              access_log /dev/stdout;
              server { listen 80; root /usr/share/nginx/html; index index.html; }
            }
            """;

    private final ImageFactory factory;

    public ConformanceImages(ImageFactory factory) {
        this.factory = factory;
    }

    /** Their archives; those that are missing are made now. The family {@code sample-apiserver} must be built. */
    public List<Path> prepare() {
        return List.of(
                factory.image(
                        "conformance.agnhost",
                        List.of("agnhost", "coredns"),
                        ImageArchive.Start.of("/agnhost").with("pause"),
                        layers -> layers.add(factory.userland())
                                .add(factory::coredns)
                                .add(factory::agnhost)),
                picture("kitten"),
                picture("nautilus"),
                nginx("conformance.nginx"),
                nginx("conformance.nginx-new"),
                factory.image(
                        "conformance.dns",
                        List.of("coredns"),
                        ImageArchive.Start.of().with("bash"),
                        layers -> layers.add(factory.userland()).add(factory::coredns)),
                factory.image(
                        "conformance.etcd",
                        List.of("etcd"),
                        ImageArchive.Start.of(),
                        layers -> layers.add(factory::base)
                                .add(layer -> layer.program("usr/local/bin/etcd", factory.program("etcd", "etcd")))),
                factory.image(
                        "conformance.sample-apiserver",
                        List.of("sample-apiserver"),
                        ImageArchive.Start.of("/sample-apiserver"),
                        layers -> layers.add(factory::base)
                                .add(layer -> layer.program(
                                        "sample-apiserver", factory.program("sample-apiserver", "sample-apiserver")))));
    }

    /** A web server of one picture, which says in {@code data.json} which picture it is. */
    private Path picture(String name) {
        return factory.image(
                "conformance." + name,
                List.of("agnhost", "coredns"),
                ImageArchive.Start.of("/agnhost").with("test-webserver"),
                layers -> layers.add(factory.userland())
                        .add(factory::coredns)
                        .add(factory::agnhost)
                        .add(layer -> layer.file(
                                        name + ".jpg", factory.program("agnhost", name + "/" + name + ".jpg"), 0644)
                                .file("data.json", factory.program("agnhost", name + "/data.json"), 0644)));
    }

    private Path nginx(String key) {
        return factory.image(
                key,
                List.of(),
                ImageArchive.Start.of("nginx"),
                layers -> layers.add(factory.userland())
                        .add(layer -> layer.text("etc/nginx/nginx.conf", NGINX)
                                .text("usr/share/nginx/html/index.html", "<h1>Welcome to nginx!</h1>\n")));
    }
}
