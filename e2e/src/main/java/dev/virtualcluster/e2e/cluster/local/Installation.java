// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Versions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * All parts of one local cluster, and the order in which they are brought up. Every step looks at what is there first,
 * so bringing up a healthy cluster only looks, and bringing up a damaged one starts only what is missing.
 */
final class Installation {
    private static final Duration API_SERVER_LIMIT = Duration.ofSeconds(90);
    private static final Duration NODE_LIMIT = Duration.ofMinutes(2);

    final StateFolder state;
    final Binaries binaries;
    final ClusterPki pki;
    final HostNetwork network;
    final Machine control;
    final ControlPlane plane;
    final List<Node> nodes;
    private final Versions versions;
    private final Progress progress;

    Installation(StateFolder state, Binaries binaries, int nodeCount, InstantSource clock, Progress progress) {
        this.state = state;
        this.binaries = binaries;
        this.progress = progress;
        this.versions = Versions.load();
        ControlGroups groups = ControlGroups.ofThisMachine();
        this.pki = new ClusterPki(state, clock);
        this.network = new HostNetwork(state);
        this.control = new Machine(Machine.CONTROL, state, binaries, groups);
        this.plane = new ControlPlane(state, binaries, pki, control);
        this.nodes = IntStream.rangeClosed(1, nodeCount)
                .mapToObj(n -> new Node(n, state, binaries, pki, versions, groups))
                .toList();
    }

    /** Brings the cluster up and returns when every node is Ready and DNS answers. */
    void up(ImageCatalog images) throws Exception {
        pki.ensure();
        network.ensureBridge();
        if (!control.isRunning()) {
            progress.step("booting the control plane's machine", done(control::boot));
        }
        plane.etcd().ensureRunning();
        boolean apiServerStarted = plane.apiServer().ensureRunning();
        try (ExecutorService parallel = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> containers = new ArrayList<>();
            for (Node node : nodes) {
                containers.add(parallel.submit(done(() -> prepare(node, images))));
            }
            if (apiServerStarted) {
                progress.step("waiting for the API server", done(this::awaitApiServer));
            } else {
                awaitApiServer();
            }
            plane.controllerManager().ensureRunning();
            plane.scheduler().ensureRunning();
            try (ApiCalls api = api()) {
                for (Node node : nodes) {
                    register(node, api);
                }
                new AddOns(versions).apply(api);
                for (Future<?> container : containers) {
                    join(container);
                }
                network.routeServices(nodes.getFirst());
                awaitNodes(api);
            }
        }
    }

    /** Network, runtime, images, kubelet and proxy of a node; what runs already stays. */
    void prepare(Node node, ImageCatalog images) throws Exception {
        if (!node.machine().isRunning()) {
            progress.step("booting " + node.name(), done(() -> {
                node.machine().boot();
                network.connect(node);
            }));
        }
        node.containerd().ensureRunning();
        awaitContainerd(node);
        images.importInto(new NodeImages(binaries, state, node), node.name(), progress);
        awaitApiServer();
        node.proxy().ensureRunning();
        node.kubelet().ensureRunning();
    }

    private void awaitContainerd(Node node) {
        Component containerd = node.containerd();
        Waiting.until(
                Duration.ofSeconds(30),
                () -> {
                    if (!containerd.isRunning()) {
                        throw containerd.endedAtOnce();
                    }
                    return Commands.tryRun(
                                    binaries.program("containerd", "ctr").toString(),
                                    "--address",
                                    state.containerdSocket(node.name()).toString(),
                                    "version")
                            .succeeded();
                },
                () -> "containerd of " + node.name() + " does not answer; see " + state.log(containerd.name()) + ".");
    }

    ApiCalls api() {
        return new ApiCalls(pki, Addresses.apiServerUrl());
    }

    void awaitApiServer() {
        Component etcd = plane.etcd();
        Component server = plane.apiServer();
        try (ApiCalls api = api()) {
            Waiting.until(
                    API_SERVER_LIMIT,
                    () -> {
                        for (Component component : List.of(etcd, server)) {
                            if (!component.isRunning()) {
                                throw component.endedAtOnce();
                            }
                        }
                        return api.isReady();
                    },
                    () -> "The API server is not ready after " + API_SERVER_LIMIT.toSeconds()
                            + " s; the last lines of its log:\n" + LogTail.of(state.log("apiserver"), 8));
        }
    }

    /** The node's pod network is fixed, so its object is made before the kubelet would make it without one. */
    private static void register(Node node, ApiCalls api) {
        String path = "/api/v1/nodes/" + node.name();
        if (api.call("GET", path, null, null).filter(ApiCalls.Answer::succeeded).isPresent()) {
            return;
        }
        api.apply(path, """
                apiVersion: v1
                kind: Node
                metadata:
                  name: %s
                  labels: {kubernetes.io/hostname: %1$s, kubernetes.io/os: linux}
                spec:
                  podCIDR: %2$s
                  podCIDRs: [%2$s]
                """.formatted(node.name(), Addresses.podNetwork(node.number())));
    }

    private void awaitNodes(ApiCalls api) throws Exception {
        if (nodes.stream().allMatch(n -> NodeStatus.isReady(api, n.name())) && AddOns.isDnsReady(api)) {
            return;
        }
        for (Node node : nodes) {
            progress.step("waiting for " + node.name() + " to be Ready", done(() -> awaitReady(node, api)));
        }
        progress.step(
                "waiting for cluster DNS",
                done(() -> Waiting.until(
                        NODE_LIMIT,
                        () -> AddOns.isDnsReady(api),
                        () -> "Cluster DNS is not ready after " + NODE_LIMIT.toSeconds()
                                + " s; see: kubectl -n kube-system describe pods -l k8s-app=kube-dns")));
    }

    void awaitReady(Node node, ApiCalls api) {
        Component kubelet = node.kubelet();
        Waiting.until(
                NODE_LIMIT,
                () -> {
                    if (!kubelet.isRunning()) {
                        throw kubelet.endedAtOnce();
                    }
                    return NodeStatus.isReady(api, node.name());
                },
                () -> node.name() + " is not Ready after " + NODE_LIMIT.toSeconds()
                        + " s; the last lines of its kubelet's log:\n" + LogTail.of(state.log(kubelet.name()), 8));
    }

    private static void join(Future<?> future) throws Exception {
        try {
            future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClusterException known) {
                throw known;
            }
            throw e;
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Callable<Boolean> done(Action action) {
        return () -> {
            action.run();
            return true;
        };
    }
}
