// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.ownership;

import dev.virtualcluster.apis.names.TenantKey;

/**
 * A pod of the super cluster that is proven to be the tenant's, with its names on both sides.
 *
 * @param tenant the owner
 * @param tenantNamespace its namespace in the tenant
 * @param tenantUid the UID of the tenant's pod
 * @param namespace its namespace in the super cluster
 * @param name its name, the same on both sides
 * @param uid the UID of the super pod
 */
public record Target(
        TenantKey tenant, String tenantNamespace, String tenantUid, String namespace, String name, String uid) {}
