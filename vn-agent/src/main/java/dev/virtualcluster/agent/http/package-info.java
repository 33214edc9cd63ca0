/**
 * The few parts of HTTP/1.1 the agent speaks, parsed by hand and strictly: whatever two parsers could read in two ways is refused.
 * Nothing here does input or output; sockets live in {@code dev.virtualcluster.agent.tunnel}.
 */
@NullMarked
package dev.virtualcluster.agent.http;

import org.jspecify.annotations.NullMarked;
