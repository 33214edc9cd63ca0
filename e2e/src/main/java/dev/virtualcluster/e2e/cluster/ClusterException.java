// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

/**
 * The cluster cannot do what was asked. The message is one sentence for the person at the terminal: what is wrong and
 * what to do about it.
 */
public final class ClusterException extends RuntimeException {
    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
