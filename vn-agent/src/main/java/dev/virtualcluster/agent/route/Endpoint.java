// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kubelet endpoints that a tenant may reach. Adding one is adding a constant here and its query keys in {@link QueryRules}. */
public enum Endpoint {
    /** The agent itself is asked, not the kubelet: whoever gets an answer is a known tenant. */
    HEALTH("healthz", false, false),
    /** Logs of one container. */
    CONTAINER_LOGS("containerLogs", false, false),
    /** A command in a container. */
    EXEC("exec", true, true),
    /** The main process of a container. */
    ATTACH("attach", true, true),
    /** Ports of a pod. */
    PORT_FORWARD("portForward", true, true);

    private final String segment;
    private final boolean isPostable;
    private final boolean isUpgraded;

    Endpoint(String segment, boolean isPostable, boolean isUpgraded) {
        this.segment = segment;
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

    static Optional<Endpoint> of(String segment) {
        return Arrays.stream(values())
                .filter(endpoint -> endpoint.segment.equals(segment))
                .findFirst();
    }
}
