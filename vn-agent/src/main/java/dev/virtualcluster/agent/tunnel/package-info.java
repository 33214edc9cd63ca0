/**
 * Connections: accepted, judged once, joined with the kubelet's, and closed. One request a connection, one virtual thread a connection
 * until bytes flow, both sockets of a tunnel on one event loop. See DESIGN.md of the module.
 */
@NullMarked
package dev.virtualcluster.agent.tunnel;

import org.jspecify.annotations.NullMarked;
