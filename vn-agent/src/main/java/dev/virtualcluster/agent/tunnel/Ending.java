// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

/** How a connection that was let through came to its end. */
enum Ending {
    CLIENT_CLOSED("client_closed"),
    KUBELET_CLOSED("kubelet_closed"),
    /** No byte moved for the idle time. */
    IDLE("idle"),
    /** The tenant was deleted meanwhile. */
    REVOKED("revoked"),
    /** The agent was stopped. */
    DRAINED("drained");

    private final String label;

    Ending(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
