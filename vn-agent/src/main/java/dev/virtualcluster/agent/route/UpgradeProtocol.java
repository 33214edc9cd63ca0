// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import dev.virtualcluster.agent.http.Headers;
import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The protocols that are carried through. A connection of another protocol behind the agent's back would be a way around it. */
public enum UpgradeProtocol {
    /** What kubectl and API servers speak to kubelets. */
    SPDY("SPDY/3.1"),
    /** What newer clients speak; always a GET. */
    WEBSOCKET("websocket");

    private final String token;

    UpgradeProtocol(String token) {
        this.token = token;
    }

    /** As it stands in the Upgrade header. */
    public String token() {
        return token;
    }

    /** Whether a header's value means this protocol. */
    public boolean matches(String value) {
        return token.equalsIgnoreCase(value);
    }

    /**
     * The upgrade a request asks for.
     *
     * @throws RefusedException when it is half an upgrade, or one to something else
     */
    static Optional<UpgradeProtocol> of(String method, Headers headers) {
        List<String> values = headers.all("upgrade");
        if (values.isEmpty() && !headers.hasToken("connection", "upgrade")) {
            return Optional.empty();
        }
        if (values.size() != 1 || !headers.hasToken("connection", "upgrade")) {
            throw refused("an upgrade needs one Upgrade header and 'Connection: Upgrade'");
        }
        UpgradeProtocol protocol = Arrays.stream(values())
                .filter(known -> known.matches(values.getFirst()))
                .findFirst()
                .orElseThrow(() -> refused("only upgrades to SPDY/3.1 and websocket are carried"));
        if (protocol == WEBSOCKET && !method.equals("GET")) {
            throw refused("a websocket is opened with GET");
        }
        return Optional.of(protocol);
    }

    private static RefusedException refused(String message) {
        return new RefusedException(RefusalReason.UPGRADE, message);
    }
}
