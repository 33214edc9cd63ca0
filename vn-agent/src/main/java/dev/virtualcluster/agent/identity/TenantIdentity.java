// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.identity;

import dev.virtualcluster.apis.names.TenantKey;

/**
 * A tenant as its certificate names it. Not yet proof that the tenant (still) exists.
 *
 * @param key the tenant key, from the common name
 * @param vcUid the VirtualCluster's UID, from the URI
 */
public record TenantIdentity(TenantKey key, String vcUid) {}
