// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import java.util.Optional;

/**
 * A pod as a tenant names it.
 *
 * @param namespace the tenant's namespace
 * @param name the pod's name
 * @param uid the UID of the tenant's pod where the caller insists on it
 */
public record PodReference(String namespace, String name, Optional<String> uid) {}
