// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Versions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** containerd, kubelet and kube-proxy of one node: what is started with which configuration. */
final class Node {
    private final int number;
    private final StateFolder state;
    private final Binaries binaries;
    private final ClusterPki pki;
    private final Versions versions;
    private final Machine machine;

    Node(int number, StateFolder state, Binaries binaries, ClusterPki pki, Versions versions, ControlGroups groups) {
        this.number = number;
        this.state = state;
        this.binaries = binaries;
        this.pki = pki;
        this.versions = versions;
        this.machine = new Machine("node" + number, state, binaries, groups);
    }

    int number() {
        return number;
    }

    String name() {
        return machine.name();
    }

    Machine machine() {
        return machine;
    }

    Component containerd() {
        Path networks = config("cni/10-pods.conflist", NodeConfigs.podNetwork(number))
                .resolveSibling(".")
                .normalize();
        Path config = config(
                "containerd.toml",
                NodeConfigs.containerd(
                        Path.of(Machine.CONTAINERD_ROOT),
                        Path.of("/run/containerd"),
                        state.containerdSocket(name()),
                        networks,
                        versions));
        return Component.kept(
                name() + "/containerd",
                machine,
                state,
                List.of(binaries.program("containerd", "containerd").toString(), "--config", config.toString()),
                Map.of(
                        "PATH",
                        binaries.folder("containerd")
                                + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                List.of(config));
    }

    Component kubelet() {
        Path resolver = config("resolv.conf", NodeConfigs.resolver());
        Path config = config(
                "kubelet.yaml",
                NodeConfigs.kubelet(
                        state.containerdSocket(name()),
                        pki.file("ca.crt"),
                        pki.file(name() + "-serving.crt"),
                        pki.file(name() + "-serving.key"),
                        "/" + Addresses.CONTROL_GROUP + "/" + name(),
                        resolver));
        return Component.kept(
                name() + "/kubelet",
                machine,
                state,
                List.of(
                        binaries.program("kubernetes", "kubelet").toString(),
                        "--config=" + config,
                        "--kubeconfig=" + pki.file(name() + ".kubeconfig"),
                        "--hostname-override=" + name(),
                        "--node-ip=" + Addresses.node(number)),
                Map.of(),
                List.of(config, resolver));
    }

    Component proxy() {
        Path config = config("kube-proxy.yaml", NodeConfigs.proxy(pki.file("proxy.kubeconfig"), name()));
        return Component.kept(
                name() + "/kube-proxy",
                machine,
                state,
                List.of(binaries.program("kubernetes", "kube-proxy").toString(), "--config=" + config),
                Map.of(),
                List.of(config));
    }

    ContainerdImages images() {
        return new ContainerdImages(
                binaries, state.containerdSocket(name()), machine.ownFolder(Machine.CONTAINERD_ROOT));
    }

    List<Component> components() {
        return List.of(containerd(), kubelet(), proxy());
    }

    private Path config(String name, String content) {
        Path file = state.machine(name()).resolve("config").resolve(name);
        try {
            Files.createDirectories(file.getParent());
            if (!Files.exists(file) || !Files.readString(file).equals(content)) {
                Files.writeString(file, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + file, e);
        }
        return file;
    }
}
