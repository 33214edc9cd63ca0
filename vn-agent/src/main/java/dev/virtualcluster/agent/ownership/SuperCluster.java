// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.ownership;

import dev.virtualcluster.agent.http.RefusedException;
import java.util.Optional;

/**
 * The super cluster's API server as the agent sees it. Every method may block and may throw {@link RefusedException} with
 * {@code UNAVAILABLE} when nothing fresh enough is known: no answer is never an empty one.
 */
public interface SuperCluster {
    /** A namespace, from a watched copy where that is fresh. */
    Optional<NamespaceRecord> namespace(String name);

    /** A pod of this node as a fresh watched copy has it. That it has none proves nothing: a pod may have started a moment ago. */
    Optional<PodRecord> pod(String namespace, String name);

    /** A pod, read from the API server now. */
    Optional<PodRecord> readPod(String namespace, String name);
}
