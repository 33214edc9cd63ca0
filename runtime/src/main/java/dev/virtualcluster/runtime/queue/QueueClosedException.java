// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.queue;

/** Thrown to whoever waits for work from a queue that was closed. */
public final class QueueClosedException extends RuntimeException {
    QueueClosedException(String queue) {
        super("queue " + queue + " is closed");
    }
}
