// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Writes events about tenant objects into the tenant. The same (object UID, reason, message) is written once in a while
 * only; a failure to write is logged and counted, and who says the same again is heard.
 */
public interface TenantEvents {
    /**
     * Writes a Warning event.
     *
     * @param reason CamelCase
     * @param message in the tenant's words; super-side names are replaced before it is written all the same
     */
    void warn(HasMetadata tenantObject, String reason, String message);
}
