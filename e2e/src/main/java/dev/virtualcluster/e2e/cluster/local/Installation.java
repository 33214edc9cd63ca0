// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Versions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
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
    private final ControlGroups groups;
    private final InstantSource clock;
    private final Versions versions;
    private final Progress progress;
    /** When kubelets were started by this object, by node. */
    private final Map<String, Instant> kubeletStarts = new ConcurrentHashMap<>();

    Installation(StateFolder state, Binaries binaries, int nodeCount, InstantSource clock, Progress progress) {
        this.state = state;
        this.binaries = binaries;
        this.progress = progress;
        this.versions = Versions.load();
        this.clock = clock;
        this.groups = ControlGroups.ofThisMachine();
        this.pki = new ClusterPki(state, clock);
        this.network = new HostNetwork(state);
        this.control = new Machine(Machine.CONTROL, state, binaries, groups);
        this.plane = new ControlPlane(state, binaries, pki, control);
        this.nodes = IntStream.rangeClosed(1, nodeCount)
                .mapToObj(n -> new Node(n, state, binaries, pki, versions, groups))
                .toList();
    }

    /** Brings the cluster up and returns when every node is Ready, has its images, and DNS answers. */
    void up() throws Exception {
        if (isWhole()) {
            return;
        }
        pki.ensure();
        network.ensureBridge();
        if (!control.isRunning()) {
            progress.step("booting the control plane's machine", done(control::boot));
        }
        plane.etcd().ensureRunning();
        boolean apiServerStarted = plane.apiServer().ensureRunning();
        try (Background background = new Background()) {
            ImageStore images = new ImageStore(state, binaries, control, progress);
            nodes.forEach(node -> background.start(() -> prepare(node, images)));
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
                removeSurplusNodes(api);
                new AddOns(versions).apply(api);
                background.join();
                network.routeServices(nodes.getFirst());
                awaitNodes(api);
            }
        }
        components().stream()
                .filter(component -> !component.isRunning())
                .findFirst()
                .ifPresent(dead -> {
                    throw dead.endedAtOnce();
                });
    }

    private List<Component> components() {
        List<Component> all = new ArrayList<>(plane.components());
        nodes.forEach(node -> all.addAll(node.components()));
        return all;
    }

    /** Whether everything runs as it would be started now; looks only at processes, records and the API server. */
    private boolean isWhole() {
        List<Machine> machines = new ArrayList<>(List.of(control));
        nodes.forEach(node -> machines.add(node.machine()));
        if (!machines.stream().allMatch(Machine::isRunning)
                || surplusMachines().stream().anyMatch(Machine::isRunning)) {
            return false;
        }
        boolean current = components().stream().allMatch(Component::isCurrent)
                && nodes.stream().allMatch(node -> node.images().isComplete(binaries.identity()))
                && nodes.stream().allMatch(network::isConnected)
                && nodes.stream().anyMatch(network::isServiceRoute);
        if (!current) {
            return false;
        }
        try (ApiCalls api = api()) {
            return api.isReady()
                    && nodes.stream().allMatch(node -> NodeStatus.isReady(api, node.name()))
                    && surplusMachines().stream().noneMatch(machine -> isRegistered(machine, api))
                    && AddOns.isDnsReady(api);
        }
    }

    /** Images, network, runtime, kubelet and proxy of a node; what runs already stays. */
    private void prepare(Node node, ImageStore images) throws Exception {
        if (!node.machine().isRunning()) {
            images.populate(node.machine().ownFolder(Machine.CONTAINERD_ROOT));
        }
        startContainers(node);
        List<String> imported = images.complete(node.images());
        if (!imported.isEmpty()) {
            progress.say(node.name() + ": imported " + String.join(", ", imported));
        }
        awaitApiServer();
        startKubelet(node);
    }

    private void startKubelet(Node node) {
        Instant before = clock.instant();
        node.proxy().ensureRunning();
        if (node.kubelet().ensureRunning()) {
            kubeletStarts.put(node.name(), before);
        }
    }

    private void startContainers(Node node) throws Exception {
        if (!node.machine().isRunning()) {
            // What its old network left on the host would be in the way.
            progress.step("booting " + node.name(), done(() -> {
                node.machine().boot();
                network.connect(node);
            }));
        } else if (!network.isConnected(node)) {
            network.connect(node);
        }
        Component containerd = node.containerd();
        containerd.ensureRunning();
        node.images().await(containerd, state.log(containerd.name()));
    }

    /** Takes a node's power away. */
    void stopNode(Node node) {
        node.machine().powerOff();
        nodes.stream().filter(other -> other.machine().isRunning()).findFirst().ifPresent(network::routeServices);
    }

    /** Boots a stopped node; its images and volumes are as they were. */
    void startNode(Node node) throws Exception {
        startContainers(node);
        startKubelet(node);
        network.routeServices(node);
        try (ApiCalls api = api()) {
            awaitReady(node, api);
        }
    }

    private static boolean isRegistered(Machine machine, ApiCalls api) {
        return api.call("GET", "/api/v1/nodes/" + machine.name(), null, null)
                .filter(ApiCalls.Answer::succeeded)
                .isPresent();
    }

    /** Nodes beyond the number that is asked for now. */
    private void removeSurplusNodes(ApiCalls api) {
        for (Machine machine : surplusMachines()) {
            if (machine.isRunning()) {
                progress.say("removing " + machine.name() + ", as " + nodes.size() + " nodes are asked for");
                machine.powerOff();
            }
            api.delete("/api/v1/nodes/" + machine.name());
        }
    }

    private List<Machine> surplusMachines() {
        return IntStream.rangeClosed(nodes.size() + 1, Addresses.MAX_NODES)
                .mapToObj(number -> new Machine("node" + number, state, binaries, groups))
                .toList();
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
        boolean registered = api.call("GET", path, null, null)
                .filter(ApiCalls.Answer::succeeded)
                .filter(answer ->
                        !answer.json().at("/spec/podCIDR").asString("").isEmpty())
                .isPresent();
        if (registered) {
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
        if (nodes.stream().allMatch(n -> isReady(n, api)) && AddOns.isDnsReady(api)) {
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

    /** Ready, and said so since its kubelet was started: what was said of the one before does not count. */
    private boolean isReady(Node node, ApiCalls api) {
        Instant since = kubeletStarts.get(node.name());
        return NodeStatus.isReady(api, node.name())
                && (since == null || NodeStatus.hasBeatenSince(api, node.name(), since));
    }

    private void awaitReady(Node node, ApiCalls api) {
        Component kubelet = node.kubelet();
        Waiting.until(
                NODE_LIMIT,
                () -> {
                    if (!kubelet.isRunning()) {
                        throw kubelet.endedAtOnce();
                    }
                    return isReady(node, api);
                },
                () -> node.name() + " is not Ready after " + NODE_LIMIT.toSeconds()
                        + " s; the last lines of its kubelet's log:\n" + LogTail.of(state.log(kubelet.name()), 8));
    }

    private static Callable<Boolean> done(Background.Work action) {
        return () -> {
            action.run();
            return true;
        };
    }
}
