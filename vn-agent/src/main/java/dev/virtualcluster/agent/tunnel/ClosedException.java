// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

/** The peer closed the connection where something was still expected. */
final class ClosedException extends RuntimeException {
    ClosedException() {
        super("closed by the peer", null, false, false);
    }
}
