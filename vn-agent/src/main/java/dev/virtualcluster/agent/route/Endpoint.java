// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kubelet endpoints that a tenant may reach. Adding one is adding a constant here and its query keys in {@link QueryRules}. */
public enum Endpoint {
    /** The agent itself is asked, not the kubelet: whoever gets an answer is a known tenant. */
    HEALTH("healthz", List.of("GET"), false),
    /** Logs of one container. */
    CONTAINER_LOGS("containerLogs", List.of("GET"), false),
    /** A command in a container. */
    EXEC("exec", List.of("GET", "POST"), true),
    /** The main process of a container. */
    ATTACH("attach", List.of("GET", "POST"), true),
    /** Ports of a pod. */
    PORT_FORWARD("portForward", List.of("GET", "POST"), true);

    private final String segment;
    private final List<String> methods;
    private final boolean upgraded;

    Endpoint(String segment, List<String> methods, boolean upgraded) {
        this.segment = segment;
        this.methods = methods;
        this.upgraded = upgraded;
    }

    /** The path's first segment; also the value of the metrics' label. */
    public String segment() {
        return segment;
    }

    /** The methods it answers to. */
    public List<String> methods() {
        return methods;
    }

    /** Whether the connection changes protocol, which gives the caller a way into the container: judged on a live read. */
    public boolean isUpgraded() {
        return upgraded;
    }

    static Optional<Endpoint> of(String segment) {
        return Arrays.stream(values())
                .filter(endpoint -> endpoint.segment.equals(segment))
                .findFirst();
    }
}
