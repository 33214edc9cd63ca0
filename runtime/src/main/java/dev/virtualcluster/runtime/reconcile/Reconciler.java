// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.reconcile;

/**
 * Brings the world in line with one key. Called on a virtual thread, so it may block; never twice at once for the same
 * tenant and key. It must be level-triggered: read the present state, do not trust what caused the call.
 *
 * @param <K> what names a piece of work
 */
@FunctionalInterface
public interface Reconciler<K> {
    /**
     * Reconciles once.
     *
     * @throws Exception to be tried again after a back-off; {@link InterruptedException} when the process stops
     */
    Result reconcile(String tenant, K key) throws Exception;
}
