// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import java.util.Set;

/**
 * Names of super-side classes that tenants may use. A tenant's own class of a name that is not offered means nothing to
 * the super cluster, so the field is left out there.
 *
 * @param priorityClasses names of PriorityClasses
 * @param runtimeClasses names of RuntimeClasses
 */
public record OfferedClasses(Set<String> priorityClasses, Set<String> runtimeClasses) {
    /** Nothing is offered. */
    public static final OfferedClasses NONE = new OfferedClasses(Set.of(), Set.of());

    public OfferedClasses {
        priorityClasses = Set.copyOf(priorityClasses);
        runtimeClasses = Set.copyOf(runtimeClasses);
    }
}
