// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

/** A connection ended where something was still expected. */
final class ClosedException extends RuntimeException {
    private final Ending ending;

    ClosedException(Ending ending) {
        super("the connection ended: " + ending.label(), null, false, false);
        this.ending = ending;
    }

    Ending ending() {
        return ending;
    }
}
