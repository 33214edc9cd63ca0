// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.syncer.tenant.Tenant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The tenants being served at this moment. Safe for use by any thread; never blocks. */
public interface Tenants {
    @Nullable
    Tenant byKey(String tenantKey);

    Collection<Tenant> all();
}
