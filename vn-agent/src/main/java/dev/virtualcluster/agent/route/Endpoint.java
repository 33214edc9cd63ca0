// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The kubelet endpoints that a tenant may reach. Adding one about a pod is adding a constant here, which says how its path
 * is made, and its query keys in {@link QueryRules}; one about the node needs a {@link Call} of its own as well.
 */
public enum Endpoint {
    /** The agent itself is asked, not the kubelet: whoever gets an answer is a known tenant. */
    HEALTH("healthz", Path.ALONE, false, false),
    /** Logs of one container. */
    CONTAINER_LOGS("containerLogs", Path.CONTAINER, false, false),
    /** A command in a container. */
    EXEC("exec", Path.CONTAINER_OF_UID, true, true),
    /** The main process of a container. */
    ATTACH("attach", Path.CONTAINER_OF_UID, true, true),
    /** Ports of a pod. */
    PORT_FORWARD("portForward", Path.POD_OF_UID, true, true);

    /** What follows the first segment, as the kubelet's routes have it. */
    private enum Path {
        /** Nothing. */
        ALONE,
        /** Namespace, pod, container. */
        CONTAINER,
        /** Namespace, pod, UID if the caller gives one, container. */
        CONTAINER_OF_UID,
        /** Namespace, pod, UID if the caller gives one. */
        POD_OF_UID
    }

    private final String segment;
    private final Path path;
    private final boolean isPostable;
    private final boolean isUpgraded;

    Endpoint(String segment, Path path, boolean isPostable, boolean isUpgraded) {
        this.segment = segment;
        this.path = path;
        this.isPostable = isPostable;
        this.isUpgraded = isUpgraded;
    }

    /** The path's first segment; also the value of the metrics' label. */
    public String segment() {
        return segment;
    }

    /** The methods it answers to. */
    public List<String> methods() {
        return isPostable ? List.of("GET", "POST") : List.of("GET");
    }

    /** Whether the connection changes protocol, which gives the caller a way into the container: judged on a live read. */
    public boolean isUpgraded() {
        return isUpgraded;
    }

    /** Whether it is about a pod; otherwise its segment is the whole path. */
    boolean isOfPod() {
        return path != Path.ALONE;
    }

    /** Whether its path ends with the name of a container. */
    boolean namesContainer() {
        return path == Path.CONTAINER || path == Path.CONTAINER_OF_UID;
    }

    /** Whether its path may hold the pod's UID, so that a successor of the same name is not met. */
    public boolean takesUid() {
        return path == Path.CONTAINER_OF_UID || path == Path.POD_OF_UID;
    }

    static Optional<Endpoint> of(String segment) {
        return Arrays.stream(values())
                .filter(endpoint -> endpoint.segment.equals(segment))
                .findFirst();
    }
}
