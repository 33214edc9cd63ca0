// SPDX-License-Identifier: Apache-2.0
/**
 * Pods: down to the super cluster, where they run, and back up with binding, status and end. The pure rules lie in
 * {@code conversion} and {@code status}; here is what is sent to whom, and when.
 */
@NullMarked
package dev.virtualcluster.syncer.pods;

import org.jspecify.annotations.NullMarked;
