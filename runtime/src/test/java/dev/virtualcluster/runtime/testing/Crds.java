// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import org.jspecify.annotations.Nullable;

/** What tests ask of CustomResourceDefinitions. */
public final class Crds {
    private Crds() {}

    /** Tells whether its objects can be created. One made a moment ago has a status without conditions. */
    public static boolean isEstablished(@Nullable CustomResourceDefinition crd) {
        return crd != null
                && crd.getStatus() != null
                && crd.getStatus().getConditions() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Established".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }
}
