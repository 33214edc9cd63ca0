// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.binding.ModelCopy;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.Objects;

/**
 * Service accounts go down because the super cluster makes no pod whose account is not there. Nothing of a tenant's but
 * metadata is in the twin: tokens are his own, and his admission has written the pull secrets into his pods already. What
 * the twin has of them the administrator has put there. The account {@code default}, which the super cluster makes in
 * every namespace, is taken over.
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
        twin.setAutomountServiceAccountToken(false);
        return twin;
    }

    @Override
    protected boolean differs(Tenant tenant, ServiceAccount desired, ServiceAccount actual) {
        return !Objects.equals(desired.getAutomountServiceAccountToken(), actual.getAutomountServiceAccountToken());
    }

    @Override
    protected ServiceAccount merged(ServiceAccount desired, ServiceAccount actual) {
        ServiceAccount body = ModelCopy.of(actual);
        body.setAutomountServiceAccountToken(desired.getAutomountServiceAccountToken());
        return body;
    }

    @Override
    protected boolean isAdoptable(ServiceAccount live) {
        return DEFAULT.equals(live.getMetadata().getName()) && Ownership.claimedTenant(live) == null;
    }
}
