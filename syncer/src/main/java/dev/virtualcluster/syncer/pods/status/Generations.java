// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.status;

import io.fabric8.kubernetes.api.model.Pod;
import org.jspecify.annotations.Nullable;

/**
 * Generations of the tenant's pod and of its super pod are counted apart. What was observed of the super pod's newest
 * generation, while that asks for what the tenant asks for, was observed of the tenant's newest; anything older says
 * nothing new, and the tenant's former value stays.
 */
record Generations(@Nullable Long tenant, @Nullable Long superSide, boolean inStep) {
    Generations(Pod source, Pod actual, boolean inStep) {
        this(source.getMetadata().getGeneration(), actual.getMetadata().getGeneration(), inStep);
    }

    /**
     * An observed generation in the tenant's numbering.
     *
     * @param observed what the super pod's status says
     * @param before what the tenant's status says now
     */
    @Nullable
    Long up(@Nullable Long observed, @Nullable Long before) {
        if (observed == null || tenant == null || superSide == null) {
            return before;
        }
        return inStep && observed >= superSide ? tenant : before;
    }
}
