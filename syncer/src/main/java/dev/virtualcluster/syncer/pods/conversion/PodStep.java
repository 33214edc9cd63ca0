// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.Pod;

/** One concern of the conversion. Stateless; changes nothing but the draft. */
interface PodStep {
    /**
     * Does its part.
     *
     * @param draft the pod in the making, a copy that nobody else holds; begins as a copy of {@code source}
     * @param source the tenant's pod, read-only
     */
    void apply(Pod draft, Pod source, PodContext context);
}
