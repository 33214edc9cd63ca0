// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

/** A kubeconfig that cannot or must not be used. The message says why and never quotes a credential. */
public final class KubeconfigException extends Exception {
    KubeconfigException(String message) {
        super(message);
    }
}
