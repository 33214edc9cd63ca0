// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tokens;

import io.fabric8.kubernetes.api.model.Pod;

/** Which pods are served with tokens. */
final class PodTokens {
    private PodTokens() {}

    /** Pods that ask for tokens and still may use them, also while they are being stopped. */
    static boolean isServed(Pod source) {
        String phase = source.getStatus() == null ? null : source.getStatus().getPhase();
        return !"Succeeded".equals(phase)
                && !"Failed".equals(phase)
                && !TokenSource.of(source).isEmpty();
    }
}
