// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Service accounts go down for their image pull secrets only; their tokens are the tenant's own and never the super
 * cluster's. The account {@code default}, which the super cluster makes in every namespace, is taken over.
 */
final class ServiceAccounts extends MirroredKind<ServiceAccount> {
    private static final String DEFAULT = "default";

    ServiceAccounts(SyncContext context) {
        super(context, "serviceaccounts", ServiceAccount.class);
    }

    @Override
    public CacheSpec<ServiceAccount> tenantCache() {
        return CacheSpec.all(ServiceAccount.class);
    }

    @Override
    public CacheSpec<ServiceAccount> superCache() {
        return CacheSpec.all(ServiceAccount.class).withLabels(Keys.CONTROLLED_SELECTOR);
    }

    @Override
    protected ServiceAccount desired(Tenant tenant, ServiceAccount source) {
        ServiceAccount twin = new ServiceAccount();
        twin.setMetadata(twinMetadata(tenant, source));
        twin.setImagePullSecrets(source.getImagePullSecrets());
        twin.setAutomountServiceAccountToken(false);
        return twin;
    }

    @Override
    protected boolean differs(Tenant tenant, ServiceAccount desired, ServiceAccount actual) {
        return !Objects.equals(desired.getAutomountServiceAccountToken(), actual.getAutomountServiceAccountToken())
                || !orEmpty(desired.getImagePullSecrets()).equals(orEmpty(actual.getImagePullSecrets()));
    }

    @Override
    protected boolean isAdoptable(ServiceAccount live) {
        return DEFAULT.equals(live.getMetadata().getName()) && Ownership.claimedTenant(live) == null;
    }

    private static List<?> orEmpty(@Nullable List<?> list) {
        return list == null ? List.of() : list;
    }
}
